import type { PaymentEvent } from '../events/payment.events.ts';
import { refundable } from './payment.money.ts';
import type { Payment } from './payment.state.ts';

/** Gives back all that is captured and not refunded, or asked to be, already. */
export function refundRest(payment: Payment, reason: string): PaymentEvent[] {
  const { paymentId, orderId, amount } = payment;
  const rest = refundable(payment);
  return rest > 0 ? [{ type: 'RefundRequested', paymentId, orderId, amount: { ...amount, amount: rest }, reason }] : [];
}
