import { authorized, captured, refunded, voided } from './payment.money.ts';
import type { Payment, PaymentStatus } from './payment.state.ts';

export function statusOf(payment: Pick<Payment, 'requests' | 'failureReason'>): PaymentStatus {
  if (payment.requests.some(({ outcome }) => outcome === 'unknown')) return 'unknown';
  if (captured(payment) > 0) return statusOfCaptured(payment);
  if (voided(payment) > 0) return 'voided';
  if (payment.failureReason !== null) return 'failed';
  return authorized(payment) > 0 ? 'authorized' : 'initiated';
}

function statusOfCaptured(payment: Pick<Payment, 'requests'>): PaymentStatus {
  const back = refunded(payment);
  if (back === 0) return 'captured';
  return back < captured(payment) ? 'partially_refunded' : 'refunded';
}
