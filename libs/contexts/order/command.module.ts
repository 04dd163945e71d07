import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import type { LocalStoreSettings } from '#mechanisms/event-store/index';
import { HostServices } from '#mechanisms/service/index';
import type { ServiceConfig, TopicConfig } from '#mechanisms/service/index';
import { CancelOrderHandler } from './commands/cancel-order.command.ts';
import { DeliverOrderHandler } from './commands/deliver-order.command.ts';
import { OrderDeadlines } from './commands/order.deadlines.ts';
import { OrderEventStore } from './commands/order.event-store.ts';
import { orderModel } from './commands/order.model.ts';
import { PlaceOrderHandler } from './commands/place-order.command.ts';
import { ShipOrderHandler } from './commands/ship-order.command.ts';
import { orderReactions } from './reactions/order.reactions.ts';

export interface OrderCommandConfig {
  readonly service: ServiceConfig;
  readonly topics: TopicConfig;
  readonly localStore?: LocalStoreSettings | undefined;
  readonly validationDeadlineMs: number;
  readonly paymentDeadlineMs: number;
}

/** The write side of orders: one handler a command, and the event store that they share. */
@Module({})
export class OrderCommandModule {
  static for(config: OrderCommandConfig): DynamicModule {
    const deadlines = new OrderDeadlines(config.validationDeadlineMs, config.paymentDeadlineMs);
    const reactions = orderReactions(deadlines.paymentMs);
    return {
      module: OrderCommandModule,
      imports: [CqrsModule.forRoot()],
      providers: [
        PlaceOrderHandler,
        ShipOrderHandler,
        DeliverOrderHandler,
        CancelOrderHandler,
        { provide: OrderDeadlines, useValue: deadlines },
        {
          provide: OrderEventStore,
          inject: [HostServices],
          useFactory: (services: HostServices) =>
            new OrderEventStore({ model: orderModel, config, services, reactions }),
        },
      ],
      exports: [CqrsModule],
    };
  }
}
