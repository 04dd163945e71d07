import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { Receipt } from '#mechanisms/event-store/index';
import type { Money } from '#mechanisms/schemas/declare';
import type { CommandContext } from '#mechanisms/service/index';
import { CustomerEventStore } from './customer.event-store.ts';

export interface CustomerRegistration {
  readonly customerId: string;
  readonly name: string;
  readonly email: string;
  readonly creditLimit: Money;
}

export class RegisterCustomer extends Command<Receipt> {
  readonly registration: CustomerRegistration;
  readonly context: CommandContext;

  constructor(registration: CustomerRegistration, context: CommandContext) {
    super();
    this.registration = registration;
    this.context = context;
  }
}

@CommandHandler(RegisterCustomer)
export class RegisterCustomerHandler implements ICommandHandler<RegisterCustomer> {
  private readonly customers: CustomerEventStore;

  constructor(customers: CustomerEventStore) {
    this.customers = customers;
  }

  execute({ registration, context }: RegisterCustomer): Promise<Receipt> {
    const { customerId } = registration;
    const command = { type: 'RegisterCustomer' as const, ...registration };
    return this.customers.execute({ entityId: customerId, command, ...context });
  }
}
