import type { PaymentStatus } from '#contexts/payment/read-model';
import { perSchema } from '#mechanisms/projections/index';
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
  /** Without name and e-mail address until the customer is known to be registered. */
  readonly customer: { readonly customerId: string; readonly name?: string; readonly email?: string };
  readonly lines: readonly OrderLine[];
  readonly total: Money;
  readonly payment?: {
    readonly paymentId: string;
    readonly status: PaymentStatus;
    readonly captured: Money;
    readonly refunded: Money;
  };
  readonly shipment?: { readonly carrier: string; readonly trackingNumber: string };
  readonly placedAt: string;
  readonly updatedAt: string;
}

interface CustomerColumns {
  readonly customer_name: string | null;
  readonly customer_email: string | null;
}

type PaymentColumns =
  | { readonly payment_id: null }
  | {
      readonly payment_id: string;
      readonly payment_status: PaymentStatus;
      readonly payment_currency: string;
      readonly captured: string;
      readonly refunded: string;
    };

/** The {@link OWN_COLUMNS} of a row of {@link ordersIn}, as `pg` gives it. */
export interface OwnColumns {
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

type OrderRow = OwnColumns & CustomerColumns & PaymentColumns;

/** What is read of each order, and what is shown of it. */
export interface OrderShape<Row extends OwnColumns, Shown> {
  /** Of the tables of {@link ordersIn}. */
  readonly columns: string;
  readonly show: (row: Row) => Shown;
}

/** What the events of an order itself say of it. */
export const OWN_COLUMNS = `orders.order_id, orders.version, orders.status, orders.customer_id, orders.lines, orders.total_amount,
    orders.currency, orders.reason, orders.reason_text, orders.carrier, orders.tracking_number, orders.placed_at,
    orders.updated_at`;

/** Orders with what is known of their customers and payments; conditions name the tables. */
export const ordersIn = perSchema(
  (schema) => `${schema}.orders
    LEFT JOIN ${schema}.customers ON customers.customer_id = orders.customer_id
    LEFT JOIN ${schema}.payments ON payments.order_id = orders.order_id`,
);

export const ORDER_VIEW: OrderShape<OrderRow, OrderView> = {
  columns: `${OWN_COLUMNS}, customers.name AS customer_name, customers.email AS customer_email, payments.payment_id,
    payments.status AS payment_status, payments.currency AS payment_currency, payments.captured, payments.refunded`,
  show: (row) => ({
    ...toOwnView(row),
    customer: {
      customerId: row.customer_id,
      ...(row.customer_name !== null && { name: row.customer_name }),
      ...(row.customer_email !== null && { email: row.customer_email }),
    },
    ...(row.payment_id !== null && {
      payment: {
        paymentId: row.payment_id,
        status: row.payment_status,
        captured: { amount: Number(row.captured), currency: row.payment_currency },
        refunded: { amount: Number(row.refunded), currency: row.payment_currency },
      },
    }),
  }),
};

export const toOwnView = (row: OwnColumns): Omit<OrderView, 'customer' | 'payment'> => ({
  orderId: row.order_id,
  version: Number(row.version),
  status: row.status,
  ...(row.reason !== null && { reason: row.reason }),
  ...(row.reason_text !== null && { reasonText: row.reason_text }),
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
