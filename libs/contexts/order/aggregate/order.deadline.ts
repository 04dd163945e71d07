import type { Deadline } from '#mechanisms/event-sourcing/index';
import type { OrderCommand } from './order.decide.ts';
import type { OrderState } from './order.state.ts';

/** Until when an order waits for others. */
export function deadline(state: OrderState): Deadline<OrderCommand> | undefined {
  switch (state.status) {
    case 'placed':
      return { at: state.validateBy, command: { type: 'TimeOutValidation' } };
    case 'validated':
      return { at: state.payBy, command: { type: 'TimeOutPayment' } };
    case 'unplaced':
    case 'rejected':
    case 'paid':
    case 'shipped':
    case 'delivered':
    case 'cancelled':
      return undefined;
    default:
      return state satisfies never;
  }
}
