import type { Decision } from '#mechanisms/event-sourcing/index';
import type { CustomerEvent, DeclineReason, Money } from '../events/customer.events.ts';
import type { CommandOf } from './customer.commands.ts';
import type { CustomerState, RegisteredCustomer } from './customer.state.ts';

export const MOST_OPEN_ORDERS = 1_000;

/** Never refused: the order waits for a fact, whichever it is. */
export function reserve(command: CommandOf<'ReserveCredit'>, state: CustomerState): Decision<CustomerEvent> {
  const { customerId, orderId, amount } = command;
  if (reservationFor(orderId, state)) return [];
  const reason = declineReason(amount, state);
  if (reason) return [{ type: 'CreditDeclined', customerId, orderId, amount, reason }];
  return [{ type: 'CreditReserved', customerId, orderId, amount }];
}

export function release({ orderId }: CommandOf<'ReleaseCredit'>, state: CustomerState): Decision<CustomerEvent> {
  const open = reservationFor(orderId, state);
  return open ? [{ type: 'CreditReleased', customerId: open.customerId, orderId, amount: open.amount }] : [];
}

/** The reason that no smaller order could cure comes first. */
function declineReason(amount: Money, state: CustomerState): DeclineReason | undefined {
  switch (state.status) {
    case 'unknown':
    case 'unregistered':
      return 'UNKNOWN_CUSTOMER';
    case 'suspended':
      return 'CUSTOMER_SUSPENDED';
    case 'active':
      if (amount.currency !== state.creditLimit.currency) return 'CURRENCY_MISMATCH';
      if (state.reservations.length >= MOST_OPEN_ORDERS) return 'TOO_MANY_OPEN_ORDERS';
      return amount.amount > availableAmount(state) ? 'INSUFFICIENT_CREDIT' : undefined;
    default:
      return state satisfies never;
  }
}

/**
 * Negative when the limit was lowered below what is reserved. Exact, unlike a sum of the new and the reserved amount
 * would be: every reservation kept the sum at or below a limit, so limit, sum and difference are safe integers.
 */
const availableAmount = ({ creditLimit, reservations }: RegisteredCustomer): number =>
  creditLimit.amount - reservations.reduce((sum, { amount }) => sum + amount.amount, 0);

function reservationFor(orderId: string, state: CustomerState) {
  if (!('reservations' in state)) return undefined;
  const open = state.reservations.find((reservation) => reservation.orderId === orderId);
  return open && { customerId: state.customerId, amount: open.amount };
}
