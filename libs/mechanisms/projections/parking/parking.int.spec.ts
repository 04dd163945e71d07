import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Client } from 'pg';
import { v7 } from 'uuid';
import type { LogRecord } from '#mechanisms/kafka/index';
import { isTransient } from '../database/postgres-errors.ts';
import type { Sql } from '../database/projection-sql.ts';
import type { ProjectionBench } from '../testing/projection-bench.ts';
import { openTallyBench } from '../testing/tally-bench.ts';
import { tallyProjection, tallyRecord, tallyRecords } from '../testing/tally.projection.ts';
import type { Parking } from './parked-events.ts';

const { tally, tallies, TallyProjection } = tallyProjection();
const projection = new TallyProjection();
const [a, b] = [v7(), v7()];
const at = (offset: number, record: LogRecord): LogRecord => ({ ...record, offset });
const noted = (offset: number, tallyId: string, note: string, version: number) =>
  tallyRecord(offset, { type: 'Counted', tallyId, note }, version);

let bench: ProjectionBench;
let told: Parking[] = [];
const rows = () => bench.rows('tallies', 'tally_id');
beforeAll(async () => {
  bench = await openTallyBench(process.env['TEST_DATABASE_URL']!, { tallies, tally }, projection, {
    mostParked: 3,
    onParked: (_topic, _partition, parkings) => told.push(...parkings),
  });
});
afterAll(() => bench.close());
beforeEach(async () => {
  projection.beforeEach = () => undefined;
  projection.atEnd = () => undefined;
  told = [];
  await bench.reset();
});

const parked = () => bench.parked();

describe('a bad record is parked, what follows of its entity behind it, and nothing else', () => {
  const before = tallyRecords(0, a, ['x', 'y']);
  const next = noted(3, a, '!', 4);
  const behind = [...tallyRecords(4, b, ['z']), noted(6, a, '?', 5)];
  const applied = [
    { tally_id: a, version: '3', count: '2', notes: 'xy' },
    { tally_id: b, version: '2', count: '1', notes: 'z' },
  ];

  const expectParked = async (bad: LogRecord, reason: RegExp, isKeyed = true) => {
    const batch = [...before, at(3, bad), ...behind];
    const counts = { consumed: 7, projected: isKeyed ? 5 : 6, duplicates: 0, parked: isKeyed ? 2 : 1, discarded: 0 };
    expect(await bench.project(batch, 0, 7)).toEqual(counts);
    expect(await bench.checkpoint()).toEqual({ nextOffset: 7, ...counts });
    const [first, second] = await parked();
    expect(first).toMatchObject({ offset: 3, behindOffset: null, error: expect.stringMatching(reason), attempts: 1 });
    expect(first).toMatchObject({ key: bad.key, value: bad.value, timestamp: bad.timestamp });
    expect(told.map(({ record }) => record.offset)).toEqual(isKeyed ? [3, 6] : [3]);
    if (isKeyed)
      expect(second).toMatchObject({ offset: 6, behindOffset: 3, attempts: 0, error: 'waits behind offset 3' });
  };

  test.each<[string, LogRecord, RegExp]>([
    ['no ce_id header', { ...next, headers: {} }, /ce_id header is missing/],
    ['two ce_id headers', { ...next, headers: { ce_id: [Buffer.from(v7()), Buffer.from(v7())] } }, /ce_id header/],
    ['a ce_id without a value', { ...next, headers: { ce_id: undefined } }, /ce_id header/],
    ['another id in its meta', { ...next, headers: { ce_id: Buffer.from(v7()) } }, /another event id/],
    ['an event of another', { ...noted(3, v7(), '!', 4), key: next.key }, /its key is not its tallyId/],
    ['a tombstone', { ...next, value: null }, /no value/],
    ['no schema id', { ...next, value: Buffer.from('no avro') }, /without a schema id/],
    ['cut off', { ...next, value: next.value!.subarray(0, 40) }, /factstream.testing.Counted/],
    ['bytes at its end', { ...next, value: Buffer.concat([next.value!, Buffer.from('!')]) }, /do not match schema/],
    ['a version is missing', noted(3, a, '!', 5), /version/],
    ['a version comes again with another event', noted(3, a, '!', 3), /version/],
    ['text that PostgreSQL cannot keep', noted(3, a, 'a\0b', 4), /0x00|null/i],
    ['a timestamp beyond all calendars', { ...next, headers: {}, timestamp: Number.MAX_SAFE_INTEGER }, /ce_id/],
    ['a header with a NUL in its name', { ...next, headers: { 'a\0b': Buffer.from([0]) } }, /ce_id/],
  ])('%s', async (_case, bad, reason) => {
    await expectParked(bad, reason);
    expect(await rows()).toEqual(applied);
  });

  test('no key: it parks alone', async () => {
    const batch = [...before, { ...next, key: null }, ...behind.slice(0, 2), noted(6, a, '?', 4)];
    const counts = { consumed: 7, projected: 6, duplicates: 0, parked: 1, discarded: 0 };
    expect(await bench.project(batch, 0, 7)).toEqual(counts);
    expect(await parked()).toMatchObject([{ offset: 3, key: null, error: expect.stringMatching(/no key/) }]);
  });

  test('the handler throws, with a NUL in what it says', async () => {
    projection.beforeEach = ({ offset }) => {
      if (offset === 3) throw new TypeError('a bug\0');
    };
    await expectParked(next, /^a bug\\0$/);
    expect(await rows()).toEqual(applied);
  });

  test('a key that no B-tree takes', async () => {
    const key = Buffer.alloc(100_000, 'k');
    await bench.project(
      [
        { ...noted(0, a, '', 4), key },
        { ...noted(1, a, '', 1), key },
      ],
      0,
      2,
    );
    expect(await parked()).toMatchObject([{ behindOffset: null }, { behindOffset: 0 }]);
  });
});

test('what comes in later batches parks behind, too; a bad record behind another is no fault of its own', async () => {
  await bench.project([...tallyRecords(0, a), noted(1, a, 'gap', 3)], 0, 2);
  await bench.project([noted(2, a, 'x', 4), ...tallyRecords(3, b, ['z'])], 2, 5);
  const counts = await bench.project([{ ...noted(5, a, 'y', 5), value: null }, noted(6, b, 'w', 3)], 5, 7);
  expect(counts).toEqual({ consumed: 7, projected: 4, duplicates: 0, parked: 3, discarded: 0 });
  expect((await parked()).map(({ offset, behindOffset }) => [offset, behindOffset])).toEqual([
    [1, null],
    [2, 1],
    [5, 1],
  ]);
  expect(await rows()).toMatchObject([{ notes: '' }, { notes: 'zw' }]);
});

test('an event that was projected before parks behind all the same, and a duplicate of another is a duplicate', async () => {
  const [opened, first] = tallyRecords(0, a, ['x']);
  await bench.project([opened!, first!, noted(2, a, 'gap', 4)], 0, 3);
  const counts = await bench.project([at(3, first!), ...tallyRecords(4, b)], 3, 5);
  expect(counts).toEqual({ consumed: 5, projected: 3, duplicates: 0, parked: 2, discarded: 0 });
});

test('no more than so many bad records stand parked: then the partition stops, and heals with the cause', async () => {
  const ids = Array.from({ length: 5 }, () => v7());
  const batch = ids.flatMap((id, index) => [...tallyRecords(index * 2, id), noted(index * 2 + 1, id, 'gap', 3)]);
  await expect(bench.project(batch, 0, 10)).rejects.toMatchObject({ code: 'TOO_MANY_PARKED', at: { offset: 7 } });
  const counts = { consumed: 7, projected: 4, duplicates: 0, parked: 3, discarded: 0 };
  expect(await bench.checkpoint()).toEqual({ nextOffset: 7, ...counts });
  await expect(bench.project(batch.slice(7), 7, 10)).rejects.toMatchObject({ code: 'TOO_MANY_PARKED' });
  expect((await bench.checkpoint()).nextOffset).toBe(7);
  const repaired = noted(7, ids[3]!, 'ok', 2);
  expect(await bench.project([repaired], 7, 8)).toEqual({ ...counts, consumed: 8, projected: 5 });
});

test('those that wait behind others are not counted against that bound', async () => {
  const behind = [3, 4, 5, 6].map((offset) => noted(offset - 1, a, 'behind', offset));
  const batch = [...tallyRecords(0, a), noted(1, a, 'gap', 3), ...behind, ...tallyRecords(6, b), noted(7, b, 'gap', 3)];
  expect(await bench.project(batch, 0, 8)).toMatchObject({ consumed: 8, projected: 2, parked: 6 });
});

test('a schema that is not known yet is waited for, also behind a bad record of the same entity', async () => {
  const unknown = { ...noted(2, a, '?', 3), value: Buffer.from([0, 0, 0, 0, 99, 1]) };
  const batch = [...tallyRecords(0, a), noted(1, a, 'gap', 3), unknown, ...tallyRecords(3, b)];
  await expect(bench.project(batch, 0, 4)).rejects.toMatchObject({ code: 'UNREADABLE_EVENT', at: { offset: 2 } });
  expect(await bench.checkpoint()).toMatchObject({ nextOffset: 2, parked: 1 });
});

describe('the connection dies: what is committed stands, and the rest comes again', () => {
  const kill = (sql: Sql) => sql.query('SELECT pg_terminate_backend(pg_backend_pid())');
  const batch = [...tallyRecords(0, a, ['x']), noted(2, a, 'gap', 4), ...tallyRecords(3, b, ['z'])];
  const expectHeld = async (nextOffset: number) => {
    const error = await bench.project(batch, 0, 5).catch((reason: unknown) => reason);
    expect(isTransient(error)).toBe(true);
    expect(await bench.checkpoint()).toMatchObject({ nextOffset, consumed: nextOffset });
    expect((await parked()).map(({ offset }) => offset)).toEqual(nextOffset === 3 ? [2] : []);
  };
  afterEach(async () => {
    projection.atEnd = () => undefined;
    const { nextOffset } = await bench.checkpoint();
    await bench.project(batch.slice(nextOffset), nextOffset, 5);
    expect(await bench.checkpoint()).toMatchObject({ nextOffset: 5, consumed: 5, projected: 4, parked: 1 });
    expect(await rows()).toMatchObject([{ notes: 'x' }, { notes: 'z' }]);
  });

  test.each([
    ['before the first commit', 1, 0],
    ['after the parking', 2, 3],
  ])('%s', async (_case, commit, nextOffset) => {
    let commits = 0;
    projection.atEnd = async (sql) => {
      if (++commits === commit) await kill(sql);
    };
    await expectHeld(nextOffset);
  });

  test('while the row is written', async () => {
    await bench.postgres.pool.query(`
      CREATE FUNCTION projections.die() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1); RETURN NEW; END $$;
      CREATE TRIGGER die BEFORE INSERT ON projections.parked_events EXECUTE FUNCTION projections.die()`);
    await expectHeld(2);
    await bench.postgres.pool.query('DROP FUNCTION projections.die CASCADE');
  });
});

test('a batch of a process that was overtaken parks nothing', async () => {
  const batch = [...tallyRecords(0, a), noted(1, a, 'gap', 3), noted(2, a, 'late', 4)];
  await bench.project(batch, 0, 3);
  const stale = [{ ...batch[0]!, value: null }, noted(1, a, 'gap', 3)];
  await expect(bench.project(stale, 0, 2)).rejects.toMatchObject({ name: 'PositionLost' });
  await expect(bench.project(stale.slice(1), 1, 2)).rejects.toMatchObject({ name: 'PositionLost' });
  expect((await parked()).map(({ offset }) => offset)).toEqual([1, 2]);
  expect(await bench.checkpoint()).toMatchObject({ nextOffset: 3, consumed: 3, projected: 1, parked: 2 });
});

test('while nothing is parked a batch takes no statement more', async () => {
  await bench.project(tallyRecords(0, a), 0, 1);
  const query = jest.spyOn(Client.prototype, 'query');
  await bench.project(tallyRecords(1, b), 1, 2);
  const statements = query.mock.calls.map(([query]) =>
    typeof query === 'string' ? query : (query as unknown as { text: string }).text,
  );
  query.mockRestore();
  expect(statements.map((text) => /\w+/.exec(text)![0])).toEqual(['BEGIN', 'WITH', 'INSERT', 'COMMIT']);
});
