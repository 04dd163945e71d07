import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { v7 } from 'uuid';
import { waitFor } from '#mechanisms/testing/wait-for';
import { Postgres } from '../database/postgres.ts';
import type { Sql } from '../database/projection-sql.ts';
import { versionOf } from '../projection.ts';
import type { ProjectionBench } from '../testing/projection-bench.ts';
import { openTallyBench } from '../testing/tally-bench.ts';
import { tallyProjection, tallyRecords } from '../testing/tally.projection.ts';
import { CheckpointWatch } from './checkpoint-watch.ts';
import { ProjectionReads } from './projection-reads.ts';

const { tally, tallies, TallyProjection } = tallyProjection();
const projection = new TallyProjection();
const topic = tally.events.topic;
const token = (offset: number, partition = 0) => ({ topic, partition, offset, entityId: v7() });
const count = async (sql: Sql): Promise<number> => {
  const { rows } = await sql.query<{ count: string }>('SELECT count(*) FROM tallies_v1.tallies');
  return Number(rows[0]!.count);
};

let bench: ProjectionBench;
let watch: CheckpointWatch;
let reads: ProjectionReads;
const read = (offsets: number[], waitMs: number, query = count) =>
  reads.read([tallies], { tokens: offsets.map((offset) => token(offset)), waitMs }, query);
const listeners = async () => {
  const { rows } = await bench.postgres.pool.query<{ pid: number }>(
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'",
  );
  return rows.map(({ pid }) => pid);
};

beforeAll(async () => {
  bench = await openTallyBench(process.env['TEST_DATABASE_URL']!, { tallies, tally }, projection);
});
afterAll(() => bench.close());
beforeEach(async () => {
  await bench.reset();
  watch = new CheckpointWatch(bench.postgres);
  reads = new ProjectionReads(bench.postgres, watch);
});
afterEach(() => watch.close());

test('without a token, or with one that asks for nothing here, the answer comes at once', async () => {
  expect(await read([], 0)).toBe(0);
  expect(await read([-1], 0)).toBe(0);
  const foreign = { ...token(5), topic: 'payment-events' };
  expect(await reads.read([tallies], { tokens: [foreign], waitMs: 0 }, count)).toBe(0);
});

test('a token that was passed is answered at once, one that was not is refused at once', async () => {
  await bench.project(tallyRecords(0), 0, 1);
  expect(await read([0], 0)).toBe(1);
  await expect(read([0, 1], 0)).rejects.toMatchObject({ code: 'NOT_CAUGHT_UP', retriable: true });
  await expect(reads.read([tallies], { tokens: [token(0, 1)], waitMs: 0 }, count)).rejects.toMatchObject({
    code: 'NOT_CAUGHT_UP',
  });
});

test('a token is waited for, and no longer than asked', async () => {
  await expect(read([0], 120)).rejects.toMatchObject({ code: 'NOT_CAUGHT_UP' });
  const answers = Promise.all(Array.from({ length: 20 }, () => read([0, 2], 10_000)));
  await bench.project([], 0, 2);
  await bench.project(tallyRecords(2), 2, 3);
  expect(await answers).toEqual(Array.from({ length: 20 }, () => 1));
});

describe('several queries in one snapshot', () => {
  const other = { ...tallies, name: 'others' };
  const fresh = (offset: number) => ({ tokens: [token(offset)], waitMs: 0 });

  test('see the same, whatever is projected between them, and together', async () => {
    await bench.project(tallyRecords(0), 0, 1);
    const answers = await reads.inSnapshot([tallies], fresh(0), async (freshness) => {
      const before = await reads.read([tallies], freshness, count);
      await bench.project(tallyRecords(1), 1, 2);
      const after = await Promise.all([1, 2, 3].map(() => reads.read([tallies], freshness, count)));
      return [before, ...after];
    });
    expect(answers).toEqual([1, 1, 1, 1]);
    expect(await read([], 0)).toBe(2);
  });

  test('are not asked before their token is passed', async () => {
    let asked = 0;
    const asking = reads.inSnapshot([tallies], fresh(0), async () => (asked += 1));
    await expect(asking).rejects.toMatchObject({ code: 'NOT_CAUGHT_UP' });
    expect(asked).toBe(0);
  });

  test('fail together when one of them fails, even if the error is caught', async () => {
    await bench.project(tallyRecords(0), 0, 1);
    const failing = reads.inSnapshot([tallies], fresh(0), async (freshness) => {
      const broken = reads.read([tallies], freshness, (sql) => sql.query('SELECT 1 / 0'));
      await expect(broken).rejects.toThrow('division by zero');
      return 'an answer';
    });
    await expect(failing).rejects.toThrow('division by zero');
    expect(await read([0], 0)).toBe(1);
  });

  test('read no projection whose tokens were not checked', async () => {
    await bench.project(tallyRecords(0), 0, 1);
    const asking = reads.inSnapshot([tallies], fresh(0), (freshness) => reads.read([other], freshness, count));
    await expect(asking).rejects.toThrow('not taken for the projection others');
  });
});

test('without notifications the poll answers', async () => {
  void read([0], 200).catch(() => undefined);
  const [pid] = await waitFor(async () => (await listeners()).length === 1 && listeners());
  const answer = read([0], 10_000);
  await bench.postgres.pool.query('SELECT pg_terminate_backend($1)', [pid]);
  await bench.project(tallyRecords(0), 0, 1);
  expect(await answer).toBe(1);
  await waitFor(async () => (await listeners()).some((other) => other !== pid));
});

test('a notification answers before the next poll would', async () => {
  const passed = watch.passed(versionOf(tallies, 1), token(0), 10_000);
  await waitFor(async () => (await listeners()).length === 1);
  await bench.postgres.pool.query("SELECT pg_notify('projection_checkpoints', $1)", [`tallies_v1 ${topic} 0 1`]);
  expect(await passed).toBe(true);
});

test('whoever feeds the projection is told that somebody waits', async () => {
  const told: string[] = [];
  for (const name of [tallies.name, 'others']) watch.onAwaited(name, () => told.push(name));
  expect(watch.isAwaited(tallies.name)).toBe(false);
  const passed = watch.passed(versionOf(tallies, 1), token(0), 20);
  expect(told).toEqual([tallies.name]);
  expect([tallies.name, 'others'].map((name) => watch.isAwaited(name))).toEqual([true, false]);
  expect(await passed).toBe(false);
  expect(watch.isAwaited(tallies.name)).toBe(false);
});

test('check and answer share one snapshot', async () => {
  await bench.project(tallyRecords(0), 0, 1);
  const answer = read([0], 0, async (sql) => {
    await bench.project(tallyRecords(1), 1, 2);
    return count(sql);
  });
  expect(await answer).toBe(1);
  expect(await read([1], 0)).toBe(2);
});

test('a query cannot write when it carries a token', async () => {
  await bench.project(tallyRecords(0), 0, 1);
  const write = async (sql: Sql) => (await sql.query('DELETE FROM tallies_v1.tallies')).rowCount!;
  await expect(read([0], 0, write)).rejects.toBeDefined();
  expect(await read([], 0)).toBe(1);
});

test('a database that is away, or has no tables yet, is unavailable', async () => {
  const away = new Postgres({ url: 'postgres://postgres@127.0.0.1:1/none', applicationName: 'test' });
  const unavailable = { code: 'UNAVAILABLE', retriable: true };
  for (const tokens of [[], [token(0)]]) {
    const answer = new ProjectionReads(away, watch).read([tallies], { tokens, waitMs: 0 }, count);
    await expect(answer).rejects.toMatchObject(unavailable);
  }
  await away.close();
  await bench.postgres.pool.query('DROP SCHEMA projections, tallies_v1 CASCADE');
  await expect(read([], 0)).rejects.toMatchObject(unavailable);
  await expect(read([0], 0)).rejects.toMatchObject(unavailable);
});
