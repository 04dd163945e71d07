import { customer } from '#contexts/customer/index';
import { reaction } from '#mechanisms/reactions/index';
import type { Reaction } from '#mechanisms/reactions/index';
import type { OrderCommand } from '../aggregate/order.decide.ts';

/** The time to pay starts when the credit check is recorded, not when it was made: the order may have waited for us. */
export const creditReservedValidatesOrder = (paymentMs: number): Reaction<OrderCommand> =>
  reaction(customer, 'CreditReserved', ({ event }, now) => [
    { entityId: event.orderId, command: { type: 'RecordCreditCheck', declined: null, payBy: now + paymentMs } },
  ]);
