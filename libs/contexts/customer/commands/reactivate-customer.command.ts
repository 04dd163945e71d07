import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { Receipt } from '#mechanisms/event-store/index';
import type { CommandContext } from '#mechanisms/service/index';
import { CustomerEventStore } from './customer.event-store.ts';

export class ReactivateCustomer extends Command<Receipt> {
  readonly customerId: string;
  readonly context: CommandContext;

  constructor(customerId: string, context: CommandContext) {
    super();
    this.customerId = customerId;
    this.context = context;
  }
}

@CommandHandler(ReactivateCustomer)
export class ReactivateCustomerHandler implements ICommandHandler<ReactivateCustomer> {
  private readonly customers: CustomerEventStore;

  constructor(customers: CustomerEventStore) {
    this.customers = customers;
  }

  execute({ customerId, context }: ReactivateCustomer): Promise<Receipt> {
    const command = { type: 'ReactivateCustomer' as const };
    return this.customers.execute({ entityId: customerId, command, ...context });
  }
}
