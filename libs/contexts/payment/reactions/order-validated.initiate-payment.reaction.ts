import { order } from '#contexts/order/index';
import { reaction } from '#mechanisms/reactions/index';
import type { Reaction } from '#mechanisms/reactions/index';
import type { PaymentCommand } from '../aggregate/payment.decide.ts';
import { paymentIdOf } from '../topic/payment.id.ts';

export const orderValidatedInitiatesPayment: Reaction<PaymentCommand> = reaction(
  order,
  'OrderValidated',
  ({ event: { orderId, customerId, total, paymentToken } }) => {
    const paymentId = paymentIdOf(orderId);
    return [
      {
        entityId: paymentId,
        command: { type: 'InitiatePayment', paymentId, orderId, customerId, amount: total, paymentToken },
      },
    ];
  },
);
