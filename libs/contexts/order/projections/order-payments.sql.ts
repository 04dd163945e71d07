import { perSchema } from '#mechanisms/projections/index';
import type { ProjectionSql } from '#mechanisms/projections/index';
import type { PaymentRow } from './order-payment-row.ts';
import type { OpenRequest, PaymentStatus } from './order-payments.table.ts';

interface StoredRow {
  readonly payment_id: string;
  readonly order_id: string;
  readonly version: string;
  readonly status: PaymentStatus;
  readonly currency: string;
  readonly authorized: string;
  readonly captured: string;
  readonly refunded: string;
  readonly voided: boolean;
  readonly failed: boolean;
  readonly open_requests: readonly OpenRequest[];
}

const lockIn = perSchema((schema) => `SELECT * FROM ${schema}.payments WHERE payment_id = ANY($1::uuid[]) FOR UPDATE`);

/** The order of the columns is that of the parameters. */
const saveInto = perSchema(
  (schema) => `
  INSERT INTO ${schema}.payments (payment_id, order_id, version, status, currency,
    authorized, captured, refunded, voided, failed, open_requests)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::text[],
    $6::bigint[], $7::bigint[], $8::bigint[], $9::boolean[], $10::boolean[], $11::jsonb[])
  ON CONFLICT (payment_id) DO UPDATE SET version = EXCLUDED.version, status = EXCLUDED.status,
    authorized = EXCLUDED.authorized, captured = EXCLUDED.captured, refunded = EXCLUDED.refunded,
    voided = EXCLUDED.voided, failed = EXCLUDED.failed, open_requests = EXCLUDED.open_requests`,
);

/** The rows of these payments, kept from others until the transaction ends. */
export async function lockPayments(sql: ProjectionSql, ids: readonly string[]): Promise<PaymentRow[]> {
  const { rows } = await sql.query<StoredRow>({
    name: `lock-payments ${sql.schema}`,
    text: lockIn(sql.schema),
    values: [ids],
  });
  return rows.map((row) => ({
    paymentId: row.payment_id,
    orderId: row.order_id,
    version: Number(row.version),
    status: row.status,
    currency: row.currency,
    authorized: Number(row.authorized),
    captured: Number(row.captured),
    refunded: Number(row.refunded),
    voided: row.voided,
    failed: row.failed,
    openRequests: row.open_requests,
  }));
}

/** Only for rows that {@link lockPayments} answered, or did not find, in the same transaction. */
export async function savePayments(sql: ProjectionSql, rows: readonly PaymentRow[]): Promise<void> {
  await sql.query({
    name: `save-payments ${sql.schema}`,
    text: saveInto(sql.schema),
    values: [
      rows.map(({ paymentId }) => paymentId),
      rows.map(({ orderId }) => orderId),
      rows.map(({ version }) => version),
      rows.map(({ status }) => status),
      rows.map(({ currency }) => currency),
      rows.map(({ authorized }) => authorized),
      rows.map(({ captured }) => captured),
      rows.map(({ refunded }) => refunded),
      rows.map(({ voided }) => voided),
      rows.map(({ failed }) => failed),
      rows.map(({ openRequests }) => JSON.stringify(openRequests)),
    ],
  });
}
