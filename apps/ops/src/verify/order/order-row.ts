import type { Folded } from '../fold-entity.ts';
import type { Money } from '../money.ts';
import type { Row } from '../table.ts';

/** A row of `orders` of the projection `orders`. */
export function orderRow({ version, bornAt, updatedAt, state }: Folded): Row {
  const total = state['total'] as Money;
  return {
    order_id: state['orderId'],
    version: String(version),
    status: state['status'],
    customer_id: state['customerId'],
    lines: state['lines'],
    total_amount: String(total.amount),
    currency: total.currency,
    reason: state['reason'],
    reason_text: state['reasonText'],
    carrier: state['carrier'],
    tracking_number: state['trackingNumber'],
    placed_at: bornAt,
    updated_at: updatedAt,
  };
}
