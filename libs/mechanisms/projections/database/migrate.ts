import type { Client } from 'pg';
import { DataSource } from 'typeorm';
import type { MigrationClass } from '../projection.ts';
import type { Postgres } from './postgres.ts';

/** Runs the migrations that a schema does not have yet, all or none, with the schema as the search path. */
export async function migrate(
  postgres: Postgres,
  schema: string,
  migrations: readonly MigrationClass[],
): Promise<void> {
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
