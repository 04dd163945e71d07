import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import type { LocalStoreSettings } from '#mechanisms/event-store/index';
import { HostServices } from '#mechanisms/service/index';
import type { ServiceConfig, TopicConfig } from '#mechanisms/service/index';
import { ChangeContactHandler } from './commands/change-contact.command.ts';
import { ChangeCreditLimitHandler } from './commands/change-credit-limit.command.ts';
import { CustomerEventStore } from './commands/customer.event-store.ts';
import { customerModel } from './commands/customer.model.ts';
import { ReactivateCustomerHandler } from './commands/reactivate-customer.command.ts';
import { RegisterCustomerHandler } from './commands/register-customer.command.ts';
import { SuspendCustomerHandler } from './commands/suspend-customer.command.ts';
import { customerReactions } from './reactions/customer.reactions.ts';

export interface CustomerCommandConfig {
  readonly service: ServiceConfig;
  readonly topics: TopicConfig;
  readonly localStore?: LocalStoreSettings | undefined;
}

/** The write side of customers: one handler a command, and the event store that they share. */
@Module({})
export class CustomerCommandModule {
  static for(config: CustomerCommandConfig): DynamicModule {
    return {
      module: CustomerCommandModule,
      imports: [CqrsModule.forRoot()],
      providers: [
        RegisterCustomerHandler,
        ChangeContactHandler,
        ChangeCreditLimitHandler,
        SuspendCustomerHandler,
        ReactivateCustomerHandler,
        {
          provide: CustomerEventStore,
          inject: [HostServices],
          useFactory: (services: HostServices) =>
            new CustomerEventStore({
              model: customerModel,
              config,
              services,
              reactions: customerReactions,
            }),
        },
      ],
      exports: [CqrsModule],
    };
  }
}
