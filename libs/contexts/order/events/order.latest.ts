import { latest, list, money, nullable, text, timestamp, uuid } from '#mechanisms/schemas/declare';
import type { RecordOf } from '#mechanisms/schemas/declare';
import { orderLine } from './order.events.ts';

/** The whole order after its newest event, as it stands in the latest topic. */
export const OrderLatest = latest('factstream.order.OrderLatest', 1, {
  orderId: uuid(),
  status: text(),
  customerId: uuid(),
  lines: list(orderLine),
  total: money,
  paymentToken: text(),
  validateBy: nullable(timestamp()),
  payBy: nullable(timestamp()),
  reason: nullable(text()),
  reasonText: nullable(text()),
  paymentId: nullable(uuid()),
  carrier: nullable(text()),
  trackingNumber: nullable(text()),
});
export type OrderLatest = Omit<RecordOf<typeof OrderLatest>, 'meta'>;
