import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { Receipt } from '#mechanisms/event-store/index';
import type { Money } from '#mechanisms/schemas/declare';
import type { CommandContext } from '#mechanisms/service/index';
import { CustomerEventStore } from './customer.event-store.ts';

export class ChangeCreditLimit extends Command<Receipt> {
  readonly customerId: string;
  readonly creditLimit: Money;
  readonly context: CommandContext;

  constructor(customerId: string, creditLimit: Money, context: CommandContext) {
    super();
    this.customerId = customerId;
    this.creditLimit = creditLimit;
    this.context = context;
  }
}

@CommandHandler(ChangeCreditLimit)
export class ChangeCreditLimitHandler implements ICommandHandler<ChangeCreditLimit> {
  private readonly customers: CustomerEventStore;

  constructor(customers: CustomerEventStore) {
    this.customers = customers;
  }

  execute({ customerId, creditLimit, context }: ChangeCreditLimit): Promise<Receipt> {
    const command = { type: 'ChangeCreditLimit' as const, creditLimit };
    return this.customers.execute({ entityId: customerId, command, ...context });
  }
}
