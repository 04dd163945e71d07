import { customer } from '#contexts/customer/index';
import { reaction } from '#mechanisms/reactions/index';
import type { Reaction } from '#mechanisms/reactions/index';
import type { OrderCommand } from '../aggregate/order.decide.ts';

export const creditDeclinedRejectsOrder: Reaction<OrderCommand> = reaction(
  customer,
  'CreditDeclined',
  ({ event }, now) => [
    { entityId: event.orderId, command: { type: 'RecordCreditCheck', declined: event.reason, payBy: now } },
  ],
);
