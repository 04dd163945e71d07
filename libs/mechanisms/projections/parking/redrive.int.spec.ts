import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { v7 } from 'uuid';
import type { DeadLetterFilter } from '#mechanisms/dead-letters/index';
import { waitFor } from '#mechanisms/testing/wait-for';
import { isTransient } from '../database/postgres-errors.ts';
import type { ProjectionBench } from '../testing/projection-bench.ts';
import { openTallyBench } from '../testing/tally-bench.ts';
import { tallyProjection, tallyRecord, tallyRecords } from '../testing/tally.projection.ts';

const { tally, tallies, TallyProjection } = tallyProjection();
const projection = new TallyProjection();
const topic = tally.events.topic;
const [a, b] = [v7(), v7()];
const noted = (offset: number, tallyId: string, note: string, version: number) =>
  tallyRecord(offset, { type: 'Counted', tallyId, note }, version);

let bench: ProjectionBench;
beforeAll(async () => {
  bench = await openTallyBench(process.env['TEST_DATABASE_URL']!, { tallies, tally }, projection, { mostParked: 100 });
});
afterAll(() => bench.close());

let isBroken = true;
beforeEach(async () => {
  isBroken = true;
  projection.beforeEach = ({ event }) => {
    if (isBroken && event.type === 'Counted' && event.note === 'bad') throw new Error('a bug');
  };
  projection.atEnd = () => undefined;
  await bench.reset();
});

const redrive = (filter: DeadLetterFilter = {}, dryRun = false) =>
  Array.fromAsync(bench.deadLetters.redrive(filter, dryRun));
const discard = (filter: DeadLetterFilter = {}, dryRun = false) =>
  Array.fromAsync(bench.deadLetters.discard(filter, { reason: 'a test', by: 'tester' }, dryRun));
const offsets = async () => (await bench.parked()).map(({ offset }) => offset);
const notes = async () => {
  const rows = (await bench.rows('tallies', 'tally_id')) as { tally_id: string; notes: string }[];
  return Object.fromEntries(rows.map(({ tally_id, notes }) => [tally_id, notes]));
};
const at = { consumer: 'tallies_v1', topic, partition: 0 };

/** One tally with a bad event and two behind it, one that is whole. */
const life = [...tallyRecords(0, a, ['x', 'bad', 'y', 'z']), ...tallyRecords(5, b, ['w'])];
const projectLife = () => bench.project(life, 0, 7);

test('when the cause is gone, all of an entity is applied in order, once, and nothing is left', async () => {
  await projectLife();
  expect(await offsets()).toEqual([2, 3, 4]);
  expect(await redrive()).toMatchObject([{ applied: 0, left: 3, failed: { offset: 2 } }]);
  isBroken = false;
  const { consumer, ...place } = at;
  expect(await redrive({ consumer })).toEqual([{ consumer, ...place, entity: a, applied: 3, duplicates: 0, left: 0 }]);
  expect(await notes()).toEqual({ [a]: 'xbadyz', [b]: 'w' });
  expect(await bench.checkpoint()).toMatchObject({ nextOffset: 7, consumed: 7, projected: 7, parked: 0 });
  expect(await redrive()).toEqual([]);
  await bench.project([noted(7, a, '!', 6), { ...life[2]!, offset: 8 }], 7, 9);
  expect(await notes()).toMatchObject({ [a]: 'xbadyz!' });
  expect(await bench.checkpoint()).toMatchObject({ consumed: 9, projected: 8, duplicates: 1, parked: 0 });
});

test('it stops at the first that fails again, and what is behind waits behind that one', async () => {
  await bench.project([...tallyRecords(0, a), noted(1, a, 'gap', 3)], 0, 2);
  await bench.project([noted(2, a, 'filled', 2), noted(3, a, 'again', 4), noted(4, a, 'last', 3)], 2, 5);
  const failed = { offset: 1, error: expect.stringContaining('next event has version 3') };
  expect(await redrive()).toEqual([{ ...at, entity: a, applied: 0, duplicates: 0, left: 4, failed }]);
  const [first] = await bench.parked();
  expect(first).toMatchObject({ offset: 1, attempts: 2, behindOffset: null });
  expect(first!.lastFailedAt).toBeGreaterThan(first!.firstFailedAt);
  expect(await discard()).toMatchObject([{ letter: { offset: 1, entity: a }, left: 3 }]);
  expect(await redrive()).toMatchObject([{ applied: 1, left: 2, failed: { offset: 3 } }]);
  expect((await bench.parked()).map(({ offset, behindOffset, attempts }) => [offset, behindOffset, attempts])).toEqual([
    [3, null, 1],
    [4, 3, 0],
  ]);
  expect(await bench.checkpoint()).toMatchObject({ consumed: 5, projected: 2, duplicates: 0, parked: 2, discarded: 1 });
  expect(await notes()).toEqual({ [a]: 'filled' });
});

test('what was projected before is a duplicate', async () => {
  const [opened, first] = tallyRecords(0, a, ['x']);
  await bench.project([opened!, first!, { ...noted(2, a, '', 3), value: null }, { ...first!, offset: 3 }], 0, 4);
  await discard();
  expect(await redrive()).toEqual([{ ...at, entity: a, applied: 0, duplicates: 1, left: 0 }]);
  expect(await bench.checkpoint()).toMatchObject({ projected: 2, duplicates: 1, parked: 0, discarded: 1 });
});

test('dry runs tell what would happen, and change nothing', async () => {
  await projectLife();
  const [before, parked] = [await bench.checkpoint(), await bench.parked()];
  expect(await redrive({}, true)).toMatchObject([{ applied: 0, left: 3, failed: { offset: 2, error: 'a bug' } }]);
  isBroken = false;
  expect(await redrive({}, true)).toMatchObject([{ applied: 3, left: 0 }]);
  expect(await discard({}, true)).toMatchObject([{ letter: { offset: 2 }, left: 2 }]);
  expect(await bench.checkpoint()).toEqual(before);
  expect(await bench.parked()).toEqual(parked);
  expect(await notes()).toEqual({ [a]: 'x', [b]: 'w' });
});

test('more than one transaction takes is redriven all the same', async () => {
  const many = Array.from({ length: 1_100 }, () => '.');
  await bench.project(tallyRecords(0, a, ['bad', ...many]), 0, 1_102);
  isBroken = false;
  expect(await redrive()).toMatchObject([{ applied: 1_101, left: 0 }]);
  expect(await notes()).toEqual({ [a]: `bad${many.join('')}` });
}, 30_000);

describe('a live batch of the same entity', () => {
  const live = [noted(7, a, '!', 6)];
  /** Lets a batch come while the redrive is in its transaction, and waits until it is held up. */
  const raceWith = (race: (batch: Promise<unknown>) => void) => {
    let isStarted = false;
    projection.beforeEach = async ({ offset }) => {
      if (offset !== 2 || isStarted) return;
      isStarted = true;
      race(bench.project(live, 7, 8));
      await waitFor(async () => {
        const { rows } = await bench.postgres.pool.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return rows.length > 0;
      });
      if (isBroken) throw new Error('still a bug');
    };
  };

  test.each([
    ['comes after a redrive that leaves nothing', false, { [a]: 'xbadyz!', [b]: 'w' }, []],
    ['parks behind what a redrive leaves', true, { [a]: 'x', [b]: 'w' }, [2, 3, 4, 7]],
  ])('%s', async (_case, staysBroken, expected, left) => {
    await projectLife();
    isBroken = staysBroken;
    let batch: Promise<unknown> = Promise.resolve();
    raceWith((started) => void (batch = started));
    await redrive();
    expect(await batch).toMatchObject({ consumed: 8, parked: left.length });
    expect(await notes()).toEqual(expected);
    expect(await offsets()).toEqual(left);
  });

  test('and several redrives at once: everything is applied once', async () => {
    await projectLife();
    isBroken = false;
    const results = await Promise.all([redrive(), redrive(), bench.project(live, 7, 8), redrive()]);
    expect(results[2]).toMatchObject({ consumed: 8 });
    await redrive();
    expect(await notes()).toEqual({ [a]: 'xbadyz!', [b]: 'w' });
    expect(await bench.checkpoint()).toMatchObject({ consumed: 8, projected: 8, duplicates: 0, parked: 0 });
  });
});

test('a redrive whose connection dies changes nothing, and may be done again', async () => {
  await projectLife();
  const before = await bench.checkpoint();
  isBroken = false;
  projection.beforeEach = ({ offset }, sql) =>
    offset === 3 && sql.query('SELECT pg_terminate_backend(pg_backend_pid())');
  const error = await redrive().catch((reason: unknown) => reason);
  expect(isTransient(error)).toBe(true);
  expect(await bench.checkpoint()).toEqual(before);
  expect(await offsets()).toEqual([2, 3, 4]);
  projection.beforeEach = () => undefined;
  expect(await redrive()).toMatchObject([{ applied: 3, left: 0 }]);
});

test('what is discarded is kept with its bytes, who did it and why', async () => {
  await projectLife();
  expect(await discard({ entity: b })).toEqual([]);
  expect(await discard({ error: 'A BUG' })).toMatchObject([{ letter: { offset: 2 }, left: 2 }]);
  const { rows } = await bench.postgres.pool.query('SELECT * FROM projections.discarded_events');
  expect(rows).toMatchObject([
    { record_offset: '2', key: Buffer.from(a), value: life[2]!.value, discarded_by: 'tester', reason: 'a test' },
  ]);
  await bench.project([noted(7, a, '!', 6)], 7, 8);
  expect(await offsets()).toEqual([3, 4, 7]);
  expect(await discard()).toEqual([]);
});

test('letters are found by consumer, topic, entity, error and time', async () => {
  await bench.project([...life, { ...noted(7, b, '', 9), key: null }], 0, 8);
  const found = async (filter: DeadLetterFilter) =>
    (await Array.fromAsync(bench.deadLetters.list(filter))).map(({ offset }) => offset);
  const [first] = await bench.parked();
  const failedAt = new Date(first!.firstFailedAt);
  const later = new Date(failedAt.getTime() + 60_000);
  expect(await found({})).toEqual([2, 3, 4, 7]);
  expect(await found({ consumer: 'tallies', topic })).toEqual([2, 3, 4, 7]);
  expect(await found({ consumer: 'tallies_v2' })).toEqual([]);
  expect(await found({ consumer: 'tall' })).toEqual([]);
  expect(await found({ topic: 'other-events' })).toEqual([]);
  expect(await found({ entity: a })).toEqual([2, 3, 4]);
  expect(await found({ error: 'NO KEY' })).toEqual([7]);
  expect(await found({ error: '%' })).toEqual([]);
  expect(await found({ since: failedAt, until: later })).toEqual([2, 3, 4, 7]);
  expect(await found({ since: later })).toEqual([]);
  expect(await found({ until: failedAt })).toEqual([]);
  const shown = await Array.fromAsync(bench.deadLetters.show({ error: 'a bug' }));
  expect(shown).toMatchObject([{ key: Buffer.from(a), value: life[2]!.value, timestamp: life[2]!.timestamp }]);
});
