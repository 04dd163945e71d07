import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { Receipt } from '#mechanisms/event-store/index';
import type { CommandContext } from '#mechanisms/service/index';
import { CustomerEventStore } from './customer.event-store.ts';

export class SuspendCustomer extends Command<Receipt> {
  readonly customerId: string;
  readonly reason: string;
  readonly context: CommandContext;

  constructor(customerId: string, reason: string, context: CommandContext) {
    super();
    this.customerId = customerId;
    this.reason = reason;
    this.context = context;
  }
}

@CommandHandler(SuspendCustomer)
export class SuspendCustomerHandler implements ICommandHandler<SuspendCustomer> {
  private readonly customers: CustomerEventStore;

  constructor(customers: CustomerEventStore) {
    this.customers = customers;
  }

  execute({ customerId, reason, context }: SuspendCustomer): Promise<Receipt> {
    const command = { type: 'SuspendCustomer' as const, reason };
    return this.customers.execute({ entityId: customerId, command, ...context });
  }
}
