import type { Decision } from '#mechanisms/event-sourcing/index';
import type { CustomerEvent } from '../events/customer.events.ts';
import { changeContact, changeCreditLimit, reactivate, register, suspend } from './customer.account.ts';
import type { CustomerCommand } from './customer.commands.ts';
import { release, reserve } from './customer.credit.ts';
import type { CustomerState } from './customer.state.ts';

export function decide(command: CustomerCommand, state: CustomerState): Decision<CustomerEvent> {
  switch (command.type) {
    case 'RegisterCustomer':
      return register(command, state);
    case 'ChangeContact':
      return changeContact(command, state);
    case 'ChangeCreditLimit':
      return changeCreditLimit(command, state);
    case 'SuspendCustomer':
      return suspend(command, state);
    case 'ReactivateCustomer':
      return reactivate(state);
    case 'ReserveCredit':
      return reserve(command, state);
    case 'ReleaseCredit':
      return release(command, state);
    default:
      return command satisfies never;
  }
}
