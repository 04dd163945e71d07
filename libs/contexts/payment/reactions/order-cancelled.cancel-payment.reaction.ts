import { order } from '#contexts/order/index';
import { reaction } from '#mechanisms/reactions/index';
import type { Reaction } from '#mechanisms/reactions/index';
import type { PaymentCommand } from '../aggregate/payment.decide.ts';
import { paymentIdOf } from '../topic/payment.id.ts';

export const orderCancelledCancelsPayment: Reaction<PaymentCommand> = reaction(
  order,
  'OrderCancelled',
  ({ event: { orderId, reason } }) => [{ entityId: paymentIdOf(orderId), command: { type: 'CancelPayment', reason } }],
);
