import { payment } from '#contexts/payment/index';
import { reaction } from '#mechanisms/reactions/index';
import type { Reaction } from '#mechanisms/reactions/index';
import type { OrderCommand } from '../aggregate/order.decide.ts';

export const paymentCapturedPaysOrder: Reaction<OrderCommand> = reaction(payment, 'PaymentCaptured', ({ event }) => [
  {
    entityId: event.orderId,
    command: { type: 'RecordPayment', paymentId: event.paymentId, amount: event.amount },
  },
]);
