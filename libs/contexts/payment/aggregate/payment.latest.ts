import type { PaymentLatest } from '../events/payment.latest.ts';
import { authorized, captured, refunded } from './payment.money.ts';
import type { Payment, PaymentState, PaymentStatus } from './payment.state.ts';

/** Raise it when `evolve` or the latest record changes its meaning. */
export const PAYMENT_FOLD_VERSION = 1;

export function toLatest(state: PaymentState): PaymentLatest {
  const payment = state as Payment;
  const { currency } = payment.amount;
  return {
    ...payment,
    authorized: { amount: authorized(payment), currency },
    captured: { amount: captured(payment), currency },
    refunded: { amount: refunded(payment), currency },
  };
}

export const fromLatest = (latest: PaymentLatest): PaymentState => ({
  status: latest.status as PaymentStatus,
  paymentId: latest.paymentId,
  orderId: latest.orderId,
  customerId: latest.customerId,
  amount: latest.amount,
  paymentToken: latest.paymentToken,
  requests: latest.requests,
  cancellation: latest.cancellation,
  failureReason: latest.failureReason,
});
