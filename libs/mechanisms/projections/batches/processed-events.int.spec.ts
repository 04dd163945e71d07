import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { v4, v7 } from 'uuid';
import { Postgres } from '../database/postgres.ts';
import { freshDatabase } from '../testing/fresh-database.ts';
import { prepareDatabase } from '../versions/prepare-database.ts';
import { ProcessedEvents } from './processed-events.ts';

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
beforeEach(async () => {
  await postgres.pool.query('DROP SCHEMA IF EXISTS projections CASCADE');
  await prepareDatabase(postgres, []);
});

const idAt = (time: string) => v7({ msecs: Date.parse(time) });
const insert = (ids: readonly string[]) =>
  postgres.pool.query(
    "INSERT INTO projections.processed_events SELECT id, 'x', 1 FROM unnest($1::uuid[]) AS id ON CONFLICT DO NOTHING",
    [ids],
  );
const rangesOf = async (): Promise<Record<string, number>> => {
  const { rows } = await postgres.pool.query<{ range: string; rows: string }>(
    `SELECT replace(tableoid::regclass::text, 'projections.processed_events_', '') AS range, count(*) AS rows
     FROM projections.processed_events GROUP BY 1`,
  );
  return Object.fromEntries(rows.map(({ range, rows: count }) => [range, Number(count)]));
};

test('ids go to the range of their month; what is no UUIDv7 of our time goes to the default range', async () => {
  const odd = [v4(), idAt('2019-12-31T23:59:59Z'), v7({ msecs: Date.now() + 100 * 86_400_000 })];
  const ids = [idAt('2026-01-31T23:59:59.999Z'), idAt('2026-02-01T00:00:00Z'), idAt('2026-02-28T12:00:00Z'), ...odd];
  await new ProcessedEvents(postgres.pool).makeRoomFor(ids);
  await insert(ids);
  expect(await rangesOf()).toEqual({ '2026_01': 1, '2026_02': 2, default: 3 });
});

test('several processes make the same ranges at once, beside others that insert', async () => {
  const ids = Array.from({ length: 5 }, (_, month) => idAt(`2025-0${month + 1}-15T00:00:00Z`));
  const processes = Array.from({ length: 4 }, () => new ProcessedEvents(postgres.pool));
  await Promise.all(processes.flatMap((process) => [process.makeRoomFor(ids), insert([idAt('2024-01-01T00:00:00Z')])]));
  await insert(ids);
  expect(await rangesOf()).toEqual({
    default: 4,
    '2025_01': 1,
    '2025_02': 1,
    '2025_03': 1,
    '2025_04': 1,
    '2025_05': 1,
  });
});

test('rows that came before their range move into it, and are still duplicates', async () => {
  const id = idAt('2026-03-15T00:00:00Z');
  await insert([id]);
  await new ProcessedEvents(postgres.pool).makeRoomFor([id]);
  await insert([id]);
  expect(await rangesOf()).toEqual({ '2026_03': 1 });
});

test('pruning drops whole months, and makes them again when old events come again', async () => {
  const [old, recent] = [idAt('2024-05-15T00:00:00Z'), v7()];
  const processed = new ProcessedEvents(postgres.pool);
  await processed.makeRoomFor([old, recent]);
  await insert([old, recent]);
  expect(await processed.prune(62)).toEqual(['2024_05']);
  expect(Object.keys(await rangesOf())).toHaveLength(1);
  expect(await processed.prune(62)).toEqual([]);
  await processed.makeRoomFor([old]);
  await insert([old]);
  expect(await rangesOf()).toMatchObject({ '2024_05': 1 });
});

test('several processes prune at once', async () => {
  const old = idAt('2024-05-15T00:00:00Z');
  const processes = Array.from({ length: 4 }, () => new ProcessedEvents(postgres.pool));
  await processes[0]!.makeRoomFor([old]);
  await Promise.all(processes.map((process) => process.prune(62)));
  expect(await rangesOf()).toEqual({});
});
