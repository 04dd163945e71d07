import type { Reaction } from '#mechanisms/reactions/index';
import type { OrderCommand } from '../aggregate/order.decide.ts';
import { creditDeclinedRejectsOrder } from './credit-declined.record-credit-check.reaction.ts';
import { creditReservedValidatesOrder } from './credit-reserved.record-credit-check.reaction.ts';
import { paymentCapturedPaysOrder } from './payment-captured.record-payment.reaction.ts';
import { paymentFailedCancelsOrder } from './payment-failed.record-payment-failure.reaction.ts';

/** All that orders do about other contexts' facts. */
export const orderReactions = (paymentMs: number): readonly Reaction<OrderCommand>[] => [
  creditReservedValidatesOrder(paymentMs),
  creditDeclinedRejectsOrder,
  paymentCapturedPaysOrder,
  paymentFailedCancelsOrder,
];
