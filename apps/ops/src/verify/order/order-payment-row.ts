import type { Folded } from '../fold-entity.ts';
import { amountIn, FAILURES, isOpen, requestsOf, voidedOf } from '../payment/fold-payment.ts';
import type { Money } from '../money.ts';
import type { Row } from '../table.ts';

/** A row of `payments` of the projection `orders`. */
export const orderPaymentRow = ({ version, state, had }: Folded): Row => ({
  payment_id: state['paymentId'],
  order_id: state['orderId'],
  version: String(version),
  status: state['status'],
  currency: (state['amount'] as Money).currency,
  authorized: String(amountIn(state, 'authorized')),
  captured: String(amountIn(state, 'captured')),
  refunded: String(amountIn(state, 'refunded')),
  voided: voidedOf(state) > 0,
  failed: FAILURES.some((failure) => had.includes(failure)),
  open_requests: requestsOf(state)
    .filter(isOpen)
    .map(({ requestId, kind, outcome }) => ({ requestId, kind, outcomeUnknown: outcome === 'unknown' })),
});
