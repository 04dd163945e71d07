import { payment } from '#contexts/payment/index';
import { reaction } from '#mechanisms/reactions/index';
import type { Reaction } from '#mechanisms/reactions/index';
import type { OrderCommand } from '../aggregate/order.decide.ts';

export const paymentFailedCancelsOrder: Reaction<OrderCommand> = reaction(payment, 'PaymentFailed', ({ event }) => [
  { entityId: event.orderId, command: { type: 'RecordPaymentFailure' } },
]);
