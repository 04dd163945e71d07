import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { Receipt } from '#mechanisms/event-store/index';
import type { CommandContext } from '#mechanisms/service/index';
import { CustomerEventStore } from './customer.event-store.ts';

export class ChangeContact extends Command<Receipt> {
  readonly customerId: string;
  /** What is missing stays as it is. */
  readonly contact: { readonly name?: string; readonly email?: string };
  readonly context: CommandContext;

  constructor(customerId: string, contact: ChangeContact['contact'], context: CommandContext) {
    super();
    this.customerId = customerId;
    this.contact = contact;
    this.context = context;
  }
}

@CommandHandler(ChangeContact)
export class ChangeContactHandler implements ICommandHandler<ChangeContact> {
  private readonly customers: CustomerEventStore;

  constructor(customers: CustomerEventStore) {
    this.customers = customers;
  }

  execute({ customerId, contact, context }: ChangeContact): Promise<Receipt> {
    const command = { type: 'ChangeContact' as const, ...contact };
    return this.customers.execute({ entityId: customerId, command, ...context });
  }
}
