import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { v7 } from 'uuid';
import type { LogRecord } from '#mechanisms/kafka/index';
import { isTransient } from '../database/postgres-errors.ts';
import type { Sql } from '../database/projection-sql.ts';
import type { ProjectionBench } from '../testing/projection-bench.ts';
import { openTallyBench } from '../testing/tally-bench.ts';
import { tallyProjection, tallyRecords } from '../testing/tally.projection.ts';

const { tally, tallies, TallyProjection } = tallyProjection();
const projection = new TallyProjection();
const [a, b] = [v7(), v7()];
const records = [...tallyRecords(0, a, ['x', 'y']), ...tallyRecords(3, b, ['z'])];
const expected = [
  { tally_id: a, version: '3', count: '2', notes: 'xy' },
  { tally_id: b, version: '2', count: '1', notes: 'z' },
];
const counted = (consumed: number, projected: number, duplicates = 0) => ({
  consumed,
  projected,
  duplicates,
  parked: 0,
  discarded: 0,
});
const at = (offset: number, record: LogRecord): LogRecord => ({ ...record, offset });

let bench: ProjectionBench;
const rows = () => bench.rows('tallies', 'tally_id');
beforeAll(async () => {
  bench = await openTallyBench(process.env['TEST_DATABASE_URL']!, { tallies, tally }, projection);
});
afterAll(() => bench.close());
beforeEach(async () => {
  projection.beforeEach = () => undefined;
  projection.atEnd = () => undefined;
  await bench.reset();
});

const nothingHappened = async () => {
  expect(await rows()).toEqual([]);
  expect(await bench.checkpoint()).toEqual({ nextOffset: 0, ...counted(0, 0) });
  const { rowCount } = await bench.postgres.pool.query('SELECT FROM projections.processed_events');
  expect(rowCount).toBe(0);
};

describe('exactly once', () => {
  test('a batch is applied and its checkpoint moved', async () => {
    expect(await bench.project(records, 0, 6)).toEqual(counted(5, 5));
    expect(await rows()).toEqual(expected);
    expect(await bench.checkpoint()).toEqual({ nextOffset: 6, ...counted(5, 5) });
  });

  test.each(Array.from({ length: 2 ** 4 }, (_, cuts) => cuts))('split at the cuts %b', async (cuts) => {
    let from = 0;
    for (let next = 1; next <= records.length; next++) {
      if (next < records.length && !(cuts & (1 << (next - 1)))) continue;
      await bench.project(records.slice(from, next), from, next);
      from = next;
    }
    expect(await rows()).toEqual(expected);
    expect((await bench.checkpoint()).nextOffset).toBe(5);
  });

  test('every event twice, side by side in one batch', async () => {
    const twice = records.flatMap((record, index) => [at(index * 2, record), at(index * 2 + 1, record)]);
    const seen: number[] = [];
    projection.beforeEach = ({ offset }) => seen.push(offset);
    expect(await bench.project(twice, 0, 10)).toEqual(counted(10, 5, 5));
    expect(seen).toEqual([0, 2, 4, 6, 8]);
    expect(await rows()).toEqual(expected);
  });

  test('every event again, at later offsets', async () => {
    await bench.project(records, 0, 5);
    const again = records.map((record, index) => at(5 + index, record));
    expect(await bench.project(again, 5, 10)).toEqual(counted(10, 5, 5));
    expect(await rows()).toEqual(expected);
  });

  test('a batch without events moves the checkpoint', async () => {
    await bench.project([], 0, 3);
    expect(await bench.checkpoint()).toEqual({ nextOffset: 3, ...counted(0, 0) });
  });

  test('a batch that does not begin at the checkpoint changes nothing', async () => {
    await bench.project(records.slice(0, 2), 0, 2);
    for (const from of [0, 1, 3]) {
      await expect(bench.project(records.slice(from), from, 5)).rejects.toMatchObject({ name: 'PositionLost' });
    }
    expect(await rows()).toEqual([{ tally_id: a, version: '2', count: '1', notes: 'x' }]);
    expect(await bench.checkpoint()).toEqual({ nextOffset: 2, ...counted(2, 2) });
  });

  test('of two processes with the same batch, or other slices of it, one succeeds', async () => {
    const outcomes = await Promise.allSettled([
      bench.project(records, 0, 5),
      bench.project(records.slice(0, 3), 0, 3),
      bench.project(records, 0, 5),
    ]);
    const reasons = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason as Error);
    expect(reasons.map(({ name }) => name)).toEqual(['PositionLost', 'PositionLost']);
    const { nextOffset } = await bench.checkpoint();
    if (nextOffset < 5) await bench.project(records.slice(nextOffset), nextOffset, 5);
    expect(await rows()).toEqual(expected);
  });
});

describe('the connection dies', () => {
  const kill = (sql: Sql) => sql.query('SELECT pg_terminate_backend(pg_backend_pid())');

  test.each([0, 3, 4])(
    'before the statement of event %i: nothing is changed, and the next attempt works',
    async (index) => {
      projection.beforeEach = ({ offset }, sql) => offset === index && kill(sql);
      const error = await bench.project(records, 0, 5).catch((reason: unknown) => reason);
      expect(isTransient(error)).toBe(true);
      await nothingHappened();
      projection.beforeEach = () => undefined;
      await bench.project(records, 0, 5);
      expect(await rows()).toEqual(expected);
    },
  );

  test('before the commit: nothing is changed', async () => {
    projection.atEnd = kill;
    await expect(bench.project(records, 0, 5)).rejects.toBeDefined();
    await nothingHappened();
  });
});

test('a handler that swallows an error of PostgreSQL stops the partition', async () => {
  projection.atEnd = (sql) => sql.query('SELECT 1 / 0').catch(() => undefined);
  await expect(bench.project(records, 0, 5)).rejects.toThrow(/swallowed/);
  await nothingHappened();
});

test.each([
  ['a missing column', 'SELECT no_such_column FROM tallies_v1.tallies', '42703'],
  ['a missing table', 'SELECT FROM tallies_v1.no_such_table', '42P01'],
])('%s is no fault of an event: nothing is parked', async (_case, statement, code) => {
  projection.beforeEach = (_event, sql) => sql.query(statement);
  await expect(bench.project(records, 0, 5)).rejects.toMatchObject({ code });
  await nothingHappened();
});

test('a schema that is not known yet is asked for again, and waited for', async () => {
  const unknown = { ...records[2]!, value: Buffer.from([0, 0, 0, 0, 99, 1]) };
  let refreshed = 0;
  bench.refreshSchemas = () => Promise.resolve(void refreshed++);
  await expect(bench.project([...records.slice(0, 2), unknown], 0, 3)).rejects.toMatchObject({
    code: 'UNREADABLE_EVENT',
    retriable: true,
    at: { offset: 2 },
  });
  expect(refreshed).toBe(1);
  expect((await bench.checkpoint()).nextOffset).toBe(2);
  await bench.project(records.slice(2), 2, 5);
  expect(await rows()).toEqual(expected);
});
