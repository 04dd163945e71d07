import type { Decision } from '#mechanisms/event-sourcing/index';
import type { CustomerEvent } from '../events/customer.events.ts';
import type { CommandOf } from './customer.commands.ts';
import {
  currencyMismatch,
  customerAlreadyRegistered,
  customerAlreadySuspended,
  customerNotFound,
  customerNotSuspended,
} from './customer.errors.ts';
import type { CustomerState } from './customer.state.ts';

export function register(
  { customerId, name, email, creditLimit }: CommandOf<'RegisterCustomer'>,
  state: CustomerState,
): Decision<CustomerEvent> {
  switch (state.status) {
    case 'unknown':
    case 'unregistered':
      return [{ type: 'CustomerRegistered', customerId, name, email, creditLimit }];
    case 'active':
    case 'suspended':
      return customerAlreadyRegistered();
    default:
      return state satisfies never;
  }
}

export function changeContact(command: CommandOf<'ChangeContact'>, state: CustomerState): Decision<CustomerEvent> {
  switch (state.status) {
    case 'active':
    case 'suspended': {
      const { customerId, name, email } = state;
      const contact = { name: command.name ?? name, email: command.email ?? email };
      if (contact.name === name && contact.email === email) return [];
      return [{ type: 'CustomerContactChanged', customerId, ...contact }];
    }
    case 'unknown':
    case 'unregistered':
      return customerNotFound();
    default:
      return state satisfies never;
  }
}

export function changeCreditLimit(
  { creditLimit }: CommandOf<'ChangeCreditLimit'>,
  state: CustomerState,
): Decision<CustomerEvent> {
  switch (state.status) {
    case 'active':
    case 'suspended': {
      const { amount, currency } = state.creditLimit;
      if (creditLimit.currency !== currency) return currencyMismatch(currency);
      if (creditLimit.amount === amount) return [];
      return [{ type: 'CreditLimitChanged', customerId: state.customerId, creditLimit }];
    }
    case 'unknown':
    case 'unregistered':
      return customerNotFound();
    default:
      return state satisfies never;
  }
}

export function suspend({ reason }: CommandOf<'SuspendCustomer'>, state: CustomerState): Decision<CustomerEvent> {
  switch (state.status) {
    case 'active':
      return [{ type: 'CustomerSuspended', customerId: state.customerId, reason }];
    case 'suspended':
      return customerAlreadySuspended();
    case 'unknown':
    case 'unregistered':
      return customerNotFound();
    default:
      return state satisfies never;
  }
}

export function reactivate(state: CustomerState): Decision<CustomerEvent> {
  switch (state.status) {
    case 'suspended':
      return [{ type: 'CustomerReactivated', customerId: state.customerId }];
    case 'active':
      return customerNotSuspended();
    case 'unknown':
    case 'unregistered':
      return customerNotFound();
    default:
      return state satisfies never;
  }
}
