import { perSchema } from '#mechanisms/projections/index';
import type { ProjectionSql } from '#mechanisms/projections/index';
import type { CustomerChange } from './merge-customer-events.ts';

/** A change that does not continue its row's version; 0 when there is no row. */
export interface RefusedCustomer {
  readonly customerId: string;
  readonly storedVersion: number;
  readonly firstVersion: number;
}

/** Inserts where a stream begins, updates where it goes on; the last part finds what was refused, with its row as it was. */
const saveInto = perSchema(
  (schema) => `
  WITH input AS (
    SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::text[], $5::text[])
      AS row (customer_id, first_version, version, name, email)
  ), inserted AS (
    INSERT INTO ${schema}.customers (customer_id, version, name, email)
    SELECT customer_id, version, name, email FROM input WHERE first_version = 1
    ON CONFLICT DO NOTHING RETURNING customer_id
  ), updated AS (
    UPDATE ${schema}.customers AS stored SET version = input.version,
      name = coalesce(input.name, stored.name),
      email = coalesce(input.email, stored.email)
    FROM input WHERE stored.customer_id = input.customer_id AND stored.version = input.first_version - 1
    RETURNING stored.customer_id
  ), applied AS (
    SELECT customer_id FROM inserted UNION ALL SELECT customer_id FROM updated
  )
  SELECT customer_id, first_version, coalesce(stored.version, 0) AS stored_version
  FROM input LEFT JOIN ${schema}.customers AS stored USING (customer_id)
  WHERE (SELECT count(*) FROM applied) < cardinality($1::uuid[])
    AND customer_id NOT IN (SELECT customer_id FROM applied)`,
);

/** Applies the changes that continue the version of their row; answers the others. */
export async function saveCustomers(
  sql: ProjectionSql,
  changes: readonly CustomerChange[],
): Promise<RefusedCustomer[]> {
  const { rows } = await sql.query<{ customer_id: string; first_version: string; stored_version: string }>({
    name: `save-customers ${sql.schema}`,
    text: saveInto(sql.schema),
    values: [
      changes.map(({ customerId }) => customerId),
      changes.map(({ firstVersion }) => firstVersion),
      changes.map(({ version }) => version),
      changes.map(({ name }) => name ?? null),
      changes.map(({ email }) => email ?? null),
    ],
  });
  return rows.map(({ customer_id, first_version, stored_version }) => ({
    customerId: customer_id,
    firstVersion: Number(first_version),
    storedVersion: Number(stored_version),
  }));
}
