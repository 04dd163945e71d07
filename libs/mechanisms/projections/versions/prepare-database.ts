import type { Client } from 'pg';
import { migrate } from '../database/migrate.ts';
import type { Postgres } from '../database/postgres.ts';
import { versionOf } from '../projection.ts';
import type { Projection } from '../projection.ts';
import { ensureVersion, makeVersion } from './make-versions.ts';
import { AddVersions1764200000000 } from './migrations/add-versions.migration.ts';
import { CreateProjectionTables1762300000000 } from './migrations/create-projection-tables.migration.ts';
import { ParkEvents1764700000000 } from './migrations/park-events.migration.ts';
import { announceVersions, listVersions, RUNNER_TABLES } from './versions.ts';

const RUNNER_SCHEMA = 'projections';
const MIGRATIONS = [CreateProjectionTables1762300000000, AddVersions1764200000000, ParkEvents1764700000000];

/**
 * Creates what is missing of the runner's tables, of the versions that these projections need, and of their tables.
 * Repeatable; of several processes one works and the others wait. Each schema holds the table of its own migrations, so
 * that projections share a database without meeting. A version of which a table is gone is made anew and begins at
 * offset 0; so does every version when one of the runner's own tables is gone.
 */
export async function prepareDatabase(postgres: Postgres, projections: readonly Projection[]): Promise<void> {
  const client = await postgres.connect('migrations');
  try {
    await client.query(`SELECT pg_advisory_lock(hashtext('${RUNNER_SCHEMA}'), 0)`);
    await makeRunnerTables(client, postgres);
    for (const projection of projections) {
      await ensureVersion(client, projection);
      const { name, revision } = projection;
      const own = (await listVersions(client)).filter((row) => row.projection === name && row.revision === revision);
      for (const row of own) await makeVersion(client, postgres, versionOf(projection, row.version), row);
    }
    await announceVersions(client);
  } finally {
    await client.end();
  }
}

async function makeRunnerTables(client: Client, postgres: Postgres): Promise<void> {
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${RUNNER_SCHEMA}`);
  await migrate(postgres, RUNNER_SCHEMA, MIGRATIONS);
  const { rows } = await client.query<{ missing: boolean }>(
    `SELECT bool_or(to_regclass('${RUNNER_SCHEMA}.' || name) IS NULL) AS missing FROM unnest($1::text[]) AS name`,
    [RUNNER_TABLES],
  );
  if (!rows[0]!.missing) return;
  // positions without the ids of events, or the other way round, could skip or double events
  await client.query(`DROP SCHEMA ${RUNNER_SCHEMA} CASCADE`);
  await client.query(`CREATE SCHEMA ${RUNNER_SCHEMA}`);
  await migrate(postgres, RUNNER_SCHEMA, MIGRATIONS);
}
