import type { Client } from 'pg';
import { DataSource } from 'typeorm';
import { CreateProjectionTables1762300000000 } from './migrations/create-projection-tables.migration.ts';
import { ParkEvents1764700000000 } from './migrations/park-events.migration.ts';
import type { Postgres } from './postgres.ts';
import { versionOf } from './projection.ts';
import type { MigrationClass, Projection, ProjectionVersion } from './projection.ts';

const RUNNER_SCHEMA = 'projections';

/**
 * Creates what is missing of the runner's tables and of each projection's schema. Repeatable; of several processes one
 * works and the others wait. Each schema holds the table of its own migrations, so that projections share a database
 * without meeting. A projection whose schema is created begins at offset 0, whatever its checkpoints said before.
 */
export async function prepareDatabase(postgres: Postgres, projections: readonly Projection[]): Promise<void> {
  const client = await postgres.connect('migrations');
  try {
    await client.query(`SELECT pg_advisory_lock(hashtext('${RUNNER_SCHEMA}'), 0)`);
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${RUNNER_SCHEMA}`);
    await migrate(postgres, RUNNER_SCHEMA, [CreateProjectionTables1762300000000, ParkEvents1764700000000]);
    for (const projection of projections.map((declared) => versionOf(declared, 1))) {
      await createSchema(client, projection);
      await migrate(postgres, projection.schema, projection.migrations);
    }
  } finally {
    await client.end();
  }
}

async function createSchema(client: Client, { name, version, schema }: ProjectionVersion): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [schema]);
  if (rowCount !== 0) return;
  await client.query('BEGIN');
  for (const table of ['checkpoints', 'processed_events', 'parked_events']) {
    await client.query(`DELETE FROM projections.${table} WHERE projection = $1 AND version = $2`, [name, version]);
  }
  await client.query(`CREATE SCHEMA ${schema}`);
  await client.query('COMMIT');
}

async function migrate(postgres: Postgres, schema: string, migrations: readonly MigrationClass[]): Promise<void> {
  const dataSource = new DataSource({
    type: 'postgres',
    url: postgres.settings.url,
    applicationName: `${postgres.settings.applicationName} migrations`,
    schema,
    migrations: [...migrations],
    migrationsTableName: 'migrations',
    installExtensions: false,
    logger: 'debug',
    poolSize: 2,
    poolErrorHandler: () => {},
    // extensions are in `public`: they outlive every version
    extra: { onConnect: (session: Client) => session.query(`SET search_path TO ${schema}, public`) },
  });
  await dataSource.initialize();
  try {
    await dataSource.runMigrations({ transaction: 'all' });
  } finally {
    await dataSource.destroy();
  }
}
