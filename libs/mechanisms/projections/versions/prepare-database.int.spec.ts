import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { findCheckpoint } from '../batches/checkpoints.ts';
import { migrate } from '../database/migrate.ts';
import { Postgres } from '../database/postgres.ts';
import { projection, versionOf } from '../projection.ts';
import { freshDatabase } from '../testing/fresh-database.ts';
import { tallyProjection } from '../testing/tally.projection.ts';
import { CreateProjectionTables1762300000000 } from './migrations/create-projection-tables.migration.ts';
import { prepareDatabase } from './prepare-database.ts';
import { listVersions } from './versions.ts';

const { tallies, tally } = tallyProjection();
const topic = tally.events.topic;
let database: Awaited<ReturnType<typeof freshDatabase>>;
let postgres: Postgres;
beforeAll(async () => {
  database = await freshDatabase(process.env['TEST_DATABASE_URL']!);
  postgres = new Postgres({ url: database.url, applicationName: 'test' });
});
afterAll(async () => {
  await postgres.close();
  await database.drop();
});

class AddTable1762300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE others (id int)');
  }
  async down(): Promise<void> {}
}
class Fail1762300000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE more (id int)');
    await runner.query('SELECT no_such_function()');
  }
  async down(): Promise<void> {}
}
const others = projection({ name: 'others', revision: 2, sources: [], migrations: [AddTable1762300000000] });

const tables = async () => {
  const { rows } = await postgres.pool.query<{ name: string }>(
    `SELECT schemaname || '.' || tablename AS name FROM pg_tables
     WHERE schemaname IN ('tallies_v1', 'others_v1') ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
};

test('several processes prepare an empty database at once, with projections of their own', async () => {
  await Promise.all(
    [[tallies], [tallies, others], [others], [tallies, others]].map((all) => prepareDatabase(postgres, all)),
  );
  expect(await tables()).toEqual([
    'others_v1.migrations',
    'others_v1.others',
    'tallies_v1.migrations',
    'tallies_v1.tallies',
  ]);
});

test('a later migration runs once, and one that fails leaves nothing', async () => {
  const failing = { ...others, migrations: [AddTable1762300000000, Fail1762300000001] };
  await expect(prepareDatabase(postgres, [failing])).rejects.toThrow(/no_such_function/);
  expect(await tables()).not.toContain('others_v1.more');
  await prepareDatabase(postgres, [others]);
});

test('a projection whose schema was dropped begins again, the others go on', async () => {
  for (const one of [tallies, others]) await findCheckpoint(postgres.pool, versionOf(one, 1), topic, 0);
  await postgres.pool.query('UPDATE projections.checkpoints SET next_offset = 7');
  await postgres.pool.query('DROP SCHEMA tallies_v1 CASCADE');
  await prepareDatabase(postgres, [tallies, others]);
  expect(await findCheckpoint(postgres.pool, versionOf(tallies, 1), topic, 0)).toMatchObject({ nextOffset: 0 });
  expect(await findCheckpoint(postgres.pool, versionOf(others, 1), topic, 0)).toMatchObject({ nextOffset: 7 });
});

test('what was projected before there were versions is version 1, and goes on where it stands', async () => {
  await postgres.pool.query('DROP SCHEMA projections, tallies_v1, others_v1 CASCADE');
  await postgres.pool.query('CREATE SCHEMA projections; CREATE SCHEMA tallies_v1');
  await migrate(postgres, 'projections', [CreateProjectionTables1762300000000]);
  await migrate(postgres, 'tallies_v1', tallies.migrations);
  await postgres.pool.query(`INSERT INTO tallies_v1.tallies VALUES (gen_random_uuid(), 1, 1, 'kept')`);
  await postgres.pool.query(
    `INSERT INTO projections.checkpoints (projection, version, topic, partition, next_offset) VALUES ('tallies', 1, $1, 0, 7)`,
    [topic],
  );
  await prepareDatabase(postgres, [tallies]);
  expect(await listVersions(postgres.pool)).toMatchObject([
    { projection: 'tallies', version: 1, revision: 1, isCurrent: true, isWhole: true },
  ]);
  expect(await findCheckpoint(postgres.pool, versionOf(tallies, 1), topic, 0)).toMatchObject({ nextOffset: 7 });
  expect((await postgres.pool.query('SELECT notes FROM tallies_v1.tallies')).rows).toEqual([{ notes: 'kept' }]);
});
