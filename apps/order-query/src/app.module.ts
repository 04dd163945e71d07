import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { orderGraph } from '#contexts/order/order.graph';
import { OrderQueryModule } from '#contexts/order/query.module';
import { GraphModule } from '#mechanisms/graphql/index';
import { ProjectionsModule } from '#mechanisms/projections/index';
import { KafkaModule } from '#mechanisms/service/index';
import type { OrderQueryConfig } from './app.config.ts';
import { CustomerOrdersController } from './http/customer-orders.controller.ts';
import { OrderEventsController } from './http/order-events.controller.ts';
import { OrdersController } from './http/orders.controller.ts';

@Module({})
export class AppModule {
  static for({ service, kafka, databaseUrl, mostParked }: OrderQueryConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        KafkaModule.for(kafka),
        ProjectionsModule.for({ app: service.name, postgres: { url: databaseUrl }, mostParked }),
        OrderQueryModule,
        GraphModule.for(orderGraph, service),
      ],
      controllers: [OrderEventsController, OrdersController, CustomerOrdersController],
    };
  }
}
