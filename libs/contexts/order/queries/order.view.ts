import type { Money } from '#mechanisms/schemas/declare';
import type { OrderLine } from '../events/order.events.ts';
import type { OrderStatus } from '../projections/order-list.table.ts';

/** An order as queries show it. Times are RFC 3339 in UTC with milliseconds. */
export interface OrderView {
  readonly orderId: string;
  readonly version: number;
  readonly status: OrderStatus;
  readonly reason?: string;
  readonly reasonText?: string;
  readonly customer: { readonly customerId: string };
  readonly lines: readonly OrderLine[];
  readonly total: Money;
  readonly shipment?: { readonly carrier: string; readonly trackingNumber: string };
  readonly placedAt: string;
  readonly updatedAt: string;
}

/** A row of {@link ORDER_COLUMNS}, as `pg` gives it. */
export interface OrderRow {
  readonly order_id: string;
  readonly version: string;
  readonly status: OrderStatus;
  readonly customer_id: string;
  readonly lines: readonly OrderLine[];
  readonly total_amount: string;
  readonly currency: string;
  readonly reason: string | null;
  readonly reason_text: string | null;
  readonly carrier: string | null;
  readonly tracking_number: string | null;
  readonly placed_at: Date;
  readonly updated_at: Date;
}

export const ORDER_COLUMNS = `order_id, version, status, customer_id, lines, total_amount, currency,
  reason, reason_text, carrier, tracking_number, placed_at, updated_at`;

export const toOrderView = (row: OrderRow): OrderView => ({
  orderId: row.order_id,
  version: Number(row.version),
  status: row.status,
  ...(row.reason !== null && { reason: row.reason }),
  ...(row.reason_text !== null && { reasonText: row.reason_text }),
  customer: { customerId: row.customer_id },
  lines: row.lines.map(({ sku, name, quantity, unitPrice: { amount, currency } }) => ({
    sku,
    name,
    quantity,
    unitPrice: { amount, currency },
  })),
  total: { amount: Number(row.total_amount), currency: row.currency },
  ...(row.carrier !== null &&
    row.tracking_number !== null && { shipment: { carrier: row.carrier, trackingNumber: row.tracking_number } }),
  placedAt: row.placed_at.toISOString(),
  updatedAt: row.updated_at.toISOString(),
});
