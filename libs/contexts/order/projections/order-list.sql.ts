import { perSchema, prepared } from '#mechanisms/projections/index';
import type { ProjectionSql } from '#mechanisms/projections/index';
import { isPlacement } from './merge-order-events.ts';
import type { OrderChange } from './merge-order-events.ts';

/** A change that does not continue its row's version; 0 when there is no row. */
export interface RefusedChange {
  readonly orderId: string;
  readonly storedVersion: number;
  readonly firstVersion: number;
}

/**
 * The order of the columns is that of the parameters; the lines of all orders are one document, because an array of
 * documents costs five times as much to quote. The last part finds what was refused, with its row as it was.
 */
const insertInto = perSchema(
  (schema) => `
  WITH input AS (
    SELECT * FROM ROWS FROM (
      unnest($1::uuid[], $2::bigint[], $3::text[], $4::uuid[], $5::bigint[], $6::text[],
        $7::text[], $8::text[], $9::text[], $10::text[], $11::float8[], $12::float8[]),
      jsonb_array_elements($13::jsonb)
    ) AS row (order_id, version, status, customer_id, total_amount, currency,
      reason, reason_text, carrier, tracking_number, placed_at, updated_at, lines)
  ), applied AS (
    INSERT INTO ${schema}.orders (order_id, version, status, customer_id, lines, total_amount, currency,
      reason, reason_text, carrier, tracking_number, placed_at, updated_at)
    SELECT order_id, version, status, customer_id, lines, total_amount, currency,
      reason, reason_text, carrier, tracking_number, to_timestamp(placed_at / 1000), to_timestamp(updated_at / 1000)
    FROM input
    ON CONFLICT DO NOTHING RETURNING order_id
  )
  SELECT order_id, 1 AS first_version, coalesce(stored.version, 0) AS stored_version
  FROM input LEFT JOIN ${schema}.orders AS stored USING (order_id)
  WHERE (SELECT count(*) FROM applied) < cardinality($1::uuid[]) AND order_id NOT IN (SELECT order_id FROM applied)`,
);

const updateIn = perSchema(
  (schema) => `
  WITH input AS (
    SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::text[],
      $5::text[], $6::text[], $7::text[], $8::text[], $9::float8[])
      AS row (order_id, first_version, version, status, reason, reason_text, carrier, tracking_number, updated_at)
  ), applied AS (
    UPDATE ${schema}.orders AS stored SET version = input.version, status = input.status,
      reason = coalesce(input.reason, stored.reason),
      reason_text = coalesce(input.reason_text, stored.reason_text),
      carrier = coalesce(input.carrier, stored.carrier),
      tracking_number = coalesce(input.tracking_number, stored.tracking_number),
      updated_at = to_timestamp(input.updated_at / 1000)
    FROM input WHERE stored.order_id = input.order_id AND stored.version = input.first_version - 1
    RETURNING stored.order_id
  )
  SELECT order_id, first_version, coalesce(stored.version, 0) AS stored_version
  FROM input LEFT JOIN ${schema}.orders AS stored USING (order_id)
  WHERE (SELECT count(*) FROM applied) < cardinality($1::uuid[]) AND order_id NOT IN (SELECT order_id FROM applied)`,
);

/** Inserts the orders that are placed by their change, with what else the change did to them; answers those refused. */
export async function insertOrders(sql: ProjectionSql, changes: readonly OrderChange[]): Promise<RefusedChange[]> {
  const placed = changes.filter(isPlacement);
  return run(sql, insertInto, placed.length, [
    placed.map(({ orderId }) => orderId),
    placed.map(({ version }) => version),
    placed.map(({ status }) => status),
    placed.map((change) => change.placed.customerId),
    placed.map((change) => change.placed.total.amount),
    placed.map((change) => change.placed.total.currency),
    ...optionalColumns(placed),
    placed.map(({ firstAt }) => firstAt),
    placed.map(({ updatedAt }) => updatedAt),
    JSON.stringify(placed.map((change) => change.placed.lines)),
  ]);
}

/** Updates the other orders, where the change continues the row's version; answers those refused. */
export async function updateOrders(sql: ProjectionSql, changes: readonly OrderChange[]): Promise<RefusedChange[]> {
  const changed = changes.filter((change) => !isPlacement(change));
  return run(sql, updateIn, changed.length, [
    changed.map(({ orderId }) => orderId),
    changed.map(({ firstVersion }) => firstVersion),
    changed.map(({ version }) => version),
    changed.map(({ status }) => status),
    ...optionalColumns(changed),
    changed.map(({ updatedAt }) => updatedAt),
  ]);
}

const optionalColumns = (changes: readonly OrderChange[]) => [
  changes.map(({ reason }) => reason ?? null),
  changes.map(({ reasonText }) => reasonText ?? null),
  changes.map(({ carrier }) => carrier ?? null),
  changes.map(({ trackingNumber }) => trackingNumber ?? null),
];

async function run(
  sql: ProjectionSql,
  textFor: (schema: string) => string,
  count: number,
  values: unknown[],
): Promise<RefusedChange[]> {
  if (count === 0) return [];
  const { rows } = await sql.query<{ order_id: string; first_version: string; stored_version: string }>(
    prepared(textFor(sql.schema), values),
  );
  return rows.map(({ order_id, first_version, stored_version }) => ({
    orderId: order_id,
    firstVersion: Number(first_version),
    storedVersion: Number(stored_version),
  }));
}
