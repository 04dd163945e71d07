import type { Moment } from '../event-archive.ts';
import { dataOf, shortNameOf } from '../history-tables.ts';

/** The state of an order in `order_history`'s snapshots. */
export const orderSnapshot = ({ entity, first, after }: Moment) => ({
  orderId: entity,
  status: after?.state['status'],
  placed: { type: shortNameOf(first), ...dataOf(first) },
  reason: after?.state['reason'],
  reasonText: after?.state['reasonText'],
  carrier: after?.state['carrier'],
  trackingNumber: after?.state['trackingNumber'],
  firstVersion: 1,
  version: after?.version,
  firstAt: after?.bornAt,
  updatedAt: after?.updatedAt,
});
