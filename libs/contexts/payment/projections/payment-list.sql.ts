import { perSchema, prepared } from '#mechanisms/projections/index';
import type { ProjectionSql } from '#mechanisms/projections/index';
import type { OpenRequest, PaymentStatus } from './payment-list.table.ts';
import type { PaymentRow } from './payment-row.ts';

interface StoredRow {
  readonly payment_id: string;
  readonly version: string;
  readonly status: PaymentStatus;
  readonly order_id: string;
  readonly customer_id: string;
  readonly currency: string;
  readonly amount: string;
  readonly authorized: string;
  readonly captured: string;
  readonly refunded: string;
  readonly voided: boolean;
  readonly failure_reason: string | null;
  readonly open_requests: readonly OpenRequest[];
  readonly initiated_at: Date;
  readonly updated_at: Date;
}

const lockIn = perSchema((schema) => `SELECT * FROM ${schema}.payments WHERE payment_id = ANY($1::uuid[]) FOR UPDATE`);

/** The order of the columns is that of the parameters. */
const saveInto = perSchema(
  (schema) => `
  INSERT INTO ${schema}.payments AS stored (payment_id, version, status, order_id, customer_id, currency, amount,
    authorized, captured, refunded, voided, failure_reason, open_requests, initiated_at, updated_at)
  SELECT payment_id, version, status, order_id, customer_id, currency, amount, authorized, captured, refunded, voided,
    failure_reason, open_requests, to_timestamp(initiated_at / 1000), to_timestamp(updated_at / 1000)
  FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::uuid[], $5::uuid[], $6::text[], $7::bigint[], $8::bigint[],
    $9::bigint[], $10::bigint[], $11::boolean[], $12::text[], $13::jsonb[], $14::float8[], $15::float8[])
    AS row (payment_id, version, status, order_id, customer_id, currency, amount, authorized, captured, refunded,
      voided, failure_reason, open_requests, initiated_at, updated_at)
  ON CONFLICT (payment_id) DO UPDATE SET version = EXCLUDED.version, status = EXCLUDED.status,
    authorized = EXCLUDED.authorized, captured = EXCLUDED.captured, refunded = EXCLUDED.refunded,
    voided = EXCLUDED.voided, failure_reason = EXCLUDED.failure_reason, open_requests = EXCLUDED.open_requests,
    updated_at = EXCLUDED.updated_at`,
);

/** The rows of these payments, kept from others until the transaction ends. */
export async function lockPayments(sql: ProjectionSql, ids: readonly string[]): Promise<PaymentRow[]> {
  const { rows } = await sql.query<StoredRow>(prepared(lockIn(sql.schema), [ids]));
  return rows.map((row) => ({
    paymentId: row.payment_id,
    version: Number(row.version),
    status: row.status,
    orderId: row.order_id,
    customerId: row.customer_id,
    currency: row.currency,
    amount: Number(row.amount),
    authorized: Number(row.authorized),
    captured: Number(row.captured),
    refunded: Number(row.refunded),
    voided: row.voided,
    failureReason: row.failure_reason,
    openRequests: row.open_requests,
    initiatedAt: row.initiated_at.getTime(),
    updatedAt: row.updated_at.getTime(),
  }));
}

export async function savePayments(sql: ProjectionSql, rows: readonly PaymentRow[]): Promise<void> {
  await sql.query(
    prepared(saveInto(sql.schema), [
      rows.map(({ paymentId }) => paymentId),
      rows.map(({ version }) => version),
      rows.map(({ status }) => status),
      rows.map(({ orderId }) => orderId),
      rows.map(({ customerId }) => customerId),
      rows.map(({ currency }) => currency),
      rows.map(({ amount }) => amount),
      rows.map(({ authorized }) => authorized),
      rows.map(({ captured }) => captured),
      rows.map(({ refunded }) => refunded),
      rows.map(({ voided }) => voided),
      rows.map(({ failureReason }) => failureReason),
      rows.map(({ openRequests }) => JSON.stringify(openRequests)),
      rows.map(({ initiatedAt }) => initiatedAt),
      rows.map(({ updatedAt }) => updatedAt),
    ]),
  );
}
