import type { Client } from 'pg';
import { migrate } from '../database/migrate.ts';
import type { Postgres } from '../database/postgres.ts';
import type { Sql } from '../database/projection-sql.ts';
import type { Projection, ProjectionVersion } from '../projection.ts';
import type { VersionRow } from './versions.ts';

/**
 * Gives a projection its first version, and a newer revision of it one of its own. The first version of all is current at
 * once: there is no other to answer from. An older revision gets none: its time is over, unless somebody rebuilds it.
 */
export async function ensureVersion(sql: Sql, { name, revision }: Projection): Promise<void> {
  await sql.query(
    `WITH added AS (
       INSERT INTO projections.versions (projection, version, revision)
       SELECT $1::text, coalesce(max(version), 0) + 1, $2::integer FROM projections.versions WHERE projection = $1
       HAVING coalesce(max(revision) FILTER (WHERE dropped_at IS NULL), 0) < $2
       RETURNING version
     )
     INSERT INTO projections.current (projection, revision, version)
     SELECT $1::text, $2::integer, version FROM added
     WHERE NOT EXISTS (SELECT FROM projections.versions WHERE projection = $1 AND dropped_at IS NULL)`,
    [name, revision],
  );
}

/** Makes what a version lacks: all of it, from nothing, unless it is whole; and what newer migrations add. */
export async function makeVersion(
  client: Client,
  postgres: Postgres,
  version: ProjectionVersion,
  { isWhole }: Pick<VersionRow, 'isWhole'>,
): Promise<void> {
  const { name, version: number, schema, migrations } = version;
  if (!isWhole) await empty(client, version);
  await migrate(postgres, schema, migrations);
  await client.query(
    `UPDATE projections.versions
     SET tables = (SELECT coalesce(array_agg(tablename::text), '{}') FROM pg_tables WHERE schemaname = $3)
     WHERE projection = $1 AND version = $2`,
    [name, number, schema],
  );
}

async function empty(client: Client, { name, version, schema }: ProjectionVersion): Promise<void> {
  const key = [name, version];
  await client.query('BEGIN');
  await client.query(
    `UPDATE projections.versions SET tables = NULL, created_at = clock_timestamp() WHERE projection = $1 AND version = $2`,
    key,
  );
  await forgetEvents(client, name, version);
  await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
  await client.query(`CREATE SCHEMA ${schema}`);
  await client.query('COMMIT');
}

/** In a transaction of the caller: how far a version is, and which events it has had. */
export async function forgetEvents(sql: Sql, name: string, version: number): Promise<void> {
  for (const table of ['checkpoints', 'processed_events', 'parked_events']) {
    await sql.query(`DELETE FROM projections.${table} WHERE projection = $1 AND version = $2`, [name, version]);
  }
}
