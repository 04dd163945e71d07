import type { Reaction } from '#mechanisms/reactions/index';
import type { PaymentCommand } from '../aggregate/payment.decide.ts';
import { orderCancelledCancelsPayment } from './order-cancelled.cancel-payment.reaction.ts';
import { orderValidatedInitiatesPayment } from './order-validated.initiate-payment.reaction.ts';

/** An order's facts come in their order, so a cancellation without a payment is that of an order that was never validated. */
export const paymentReactions: readonly Reaction<PaymentCommand>[] = [
  orderValidatedInitiatesPayment,
  orderCancelledCancelsPayment,
];
