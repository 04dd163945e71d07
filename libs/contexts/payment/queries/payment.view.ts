import type { Money } from '../events/payment.events.ts';
import type { RequestKind } from '../events/payment.latest.ts';
import type { OpenRequest, PaymentStatus } from '../projections/payment-list.table.ts';

/** A payment as queries show it. Times are RFC 3339 in UTC with milliseconds. */
export interface PaymentView {
  readonly paymentId: string;
  readonly version: number;
  readonly orderId: string;
  readonly customerId: string;
  readonly status: PaymentStatus;
  readonly amount: Money;
  readonly authorized: Money;
  readonly captured: Money;
  readonly refunded: Money;
  readonly failureReason?: string;
  /** What the card processor is asked for now. */
  readonly openRequest?: {
    readonly requestId: string;
    readonly kind: RequestKind;
    readonly amount: Money;
    readonly requestedAt: string;
  };
  readonly initiatedAt: string;
  readonly updatedAt: string;
}

/** A payment's row: {@link PAYMENT_COLUMNS} as `pg` gives them, or the whole row as JSON. */
export interface PaymentRow {
  readonly payment_id: string;
  readonly version: string | number;
  readonly order_id: string;
  readonly customer_id: string;
  readonly status: PaymentStatus;
  readonly currency: string;
  readonly amount: string | number;
  readonly authorized: string | number;
  readonly captured: string | number;
  readonly refunded: string | number;
  readonly failure_reason: string | null;
  readonly open_requests: readonly OpenRequest[];
  readonly initiated_at: Date | string;
  readonly updated_at: Date | string;
}

export const PAYMENT_COLUMNS = `payment_id, version, order_id, customer_id, status, currency, amount, authorized,
  captured, refunded, failure_reason, open_requests, initiated_at, updated_at`;

export function toPaymentView(row: PaymentRow): PaymentView {
  const money = (amount: string | number): Money => ({ amount: Number(amount), currency: row.currency });
  const [open] = row.open_requests;
  return {
    paymentId: row.payment_id,
    version: Number(row.version),
    orderId: row.order_id,
    customerId: row.customer_id,
    status: row.status,
    amount: money(row.amount),
    authorized: money(row.authorized),
    captured: money(row.captured),
    refunded: money(row.refunded),
    ...(row.failure_reason !== null && { failureReason: row.failure_reason }),
    ...(open && {
      openRequest: {
        requestId: open.requestId,
        kind: open.kind,
        amount: money(open.amount),
        requestedAt: new Date(open.requestedAt).toISOString(),
      },
    }),
    initiatedAt: new Date(row.initiated_at).toISOString(),
    updatedAt: new Date(row.updated_at).toISOString(),
  };
}
