import { perSchema, prepared } from '#mechanisms/projections/index';
import type { ProjectionSql } from '#mechanisms/projections/index';
import type { CustomerChange } from './merge-customer-events.ts';

/** A change that does not continue its row's version; 0 when there is no row. */
export interface RefusedChange {
  readonly customerId: string;
  readonly storedVersion: number;
  readonly firstVersion: number;
}

/** The order of the columns is that of {@link parameters}. */
const INPUT = `
  WITH input AS (
    SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::bigint[],
      $8::text[], $9::bigint[], $10::float8[], $11::float8[])
      AS row (customer_id, first_version, version, status, name, email, credit_limit,
        currency, reserved_more, registered_at, updated_at)
  ), applied AS (`;

/** Finds what was refused, with its row as it was. */
const refusedIn = (schema: string) => `
  )
  SELECT customer_id, first_version, coalesce(stored.version, 0) AS stored_version
  FROM input LEFT JOIN ${schema}.customers AS stored USING (customer_id)
  WHERE (SELECT count(*) FROM applied) < cardinality($1::uuid[])
    AND customer_id NOT IN (SELECT customer_id FROM applied)`;

const insertInto = perSchema(
  (schema) => `${INPUT}
    INSERT INTO ${schema}.customers (customer_id, version, status, name, email, credit_limit,
      currency, reserved, registered_at, updated_at)
    SELECT customer_id, version, coalesce(status, 'unregistered'), name, email, credit_limit,
      currency, reserved_more, to_timestamp(registered_at / 1000), to_timestamp(updated_at / 1000)
    FROM input
    ON CONFLICT DO NOTHING RETURNING customer_id${refusedIn(schema)}`,
);

const updateIn = perSchema(
  (schema) => `${INPUT}
    UPDATE ${schema}.customers AS stored SET version = input.version,
      status = coalesce(input.status, stored.status),
      name = coalesce(input.name, stored.name),
      email = coalesce(input.email, stored.email),
      credit_limit = coalesce(input.credit_limit, stored.credit_limit),
      currency = coalesce(input.currency, stored.currency),
      reserved = stored.reserved + input.reserved_more,
      registered_at = coalesce(to_timestamp(input.registered_at / 1000), stored.registered_at),
      updated_at = to_timestamp(input.updated_at / 1000)
    FROM input WHERE stored.customer_id = input.customer_id AND stored.version = input.first_version - 1
    RETURNING stored.customer_id${refusedIn(schema)}`,
);

/** Inserts the customers whose stream begins with their change; answers those refused. */
export const insertCustomers = (sql: ProjectionSql, changes: readonly CustomerChange[]): Promise<RefusedChange[]> =>
  run(
    sql,
    insertInto,
    changes.filter(({ firstVersion }) => firstVersion === 1),
  );

/** Updates the other customers, where the change continues the row's version; answers those refused. */
export const updateCustomers = (sql: ProjectionSql, changes: readonly CustomerChange[]): Promise<RefusedChange[]> =>
  run(
    sql,
    updateIn,
    changes.filter(({ firstVersion }) => firstVersion !== 1),
  );

const parameters = (changes: readonly CustomerChange[]): unknown[] => [
  changes.map(({ customerId }) => customerId),
  changes.map(({ firstVersion }) => firstVersion),
  changes.map(({ version }) => version),
  changes.map(({ status }) => status ?? null),
  changes.map(({ name }) => name ?? null),
  changes.map(({ email }) => email ?? null),
  changes.map(({ creditLimit }) => creditLimit?.amount ?? null),
  changes.map(({ creditLimit }) => creditLimit?.currency ?? null),
  changes.map(({ reservedMore }) => reservedMore),
  changes.map(({ registeredAt }) => registeredAt ?? null),
  changes.map(({ updatedAt }) => updatedAt),
];

async function run(
  sql: ProjectionSql,
  textFor: (schema: string) => string,
  changes: readonly CustomerChange[],
): Promise<RefusedChange[]> {
  if (changes.length === 0) return [];
  const { rows } = await sql.query<{ customer_id: string; first_version: string; stored_version: string }>(
    prepared(textFor(sql.schema), parameters(changes)),
  );
  return rows.map(({ customer_id, first_version, stored_version }) => ({
    customerId: customer_id,
    firstVersion: Number(first_version),
    storedVersion: Number(stored_version),
  }));
}
