import type { Folded } from '../fold-entity.ts';
import type { Money } from '../money.ts';
import type { Row } from '../table.ts';
import { isOpen, requestsOf, voidedOf } from './fold-payment.ts';

/** A row of a table of payments. */
export function paymentRow({ version, bornAt, updatedAt, state }: Folded): Row {
  const amountOf = (field: string): string => String((state[field] as Money).amount);
  return {
    payment_id: state['paymentId'],
    version: String(version),
    status: state['status'],
    order_id: state['orderId'],
    customer_id: state['customerId'],
    currency: (state['amount'] as Money).currency,
    amount: amountOf('amount'),
    authorized: amountOf('authorized'),
    captured: amountOf('captured'),
    refunded: amountOf('refunded'),
    voided: voidedOf(state) > 0,
    failure_reason: state['failureReason'],
    open_requests: requestsOf(state)
      .filter(isOpen)
      .map(({ outcome, ...request }) => ({ ...request, outcomeUnknown: outcome === 'unknown' })),
    initiated_at: bornAt,
    updated_at: updatedAt,
  };
}
