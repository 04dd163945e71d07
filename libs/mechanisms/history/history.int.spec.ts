import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { v7 } from 'uuid';
import type { LogRecord } from '#mechanisms/kafka/index';
import { sqlFor } from '#mechanisms/projections/index';
import { FIRST_RECORD_AT } from '#mechanisms/projections/testing/encode-records';
import { ProjectionBench } from '#mechanisms/projections/testing/projection-bench';
import {
  tallyCatalogue,
  tallyProjection,
  tallyRecord,
  tallyRecords,
} from '#mechanisms/projections/testing/tally.projection';
import type { TallyEvent } from '#mechanisms/projections/testing/tally.projection';
import { History } from './history.ts';
import type { PastEvent } from './past-event.ts';

interface Tally {
  readonly version: number;
  readonly notes: string;
}

const { tally } = tallyProjection();
const EVERY = 3;
const count = (before: Tally | undefined, { meta, event }: PastEvent<TallyEvent>): Tally => ({
  version: meta.entityVersion,
  notes: (before?.notes ?? '') + (event.type === 'Counted' ? event.note : ''),
});
const history = new History({ entity: tally, revision: 1, fold: count, snapshotEvery: EVERY });

let bench: ProjectionBench;
beforeAll(async () => {
  bench = await ProjectionBench.open(process.env['TEST_DATABASE_URL']!, {
    projection: history.projection,
    entity: tally,
    catalogue: tallyCatalogue,
    handler: (events, sql) => history.apply(events, sql),
  });
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const sql = () => sqlFor(`${history.projection.name}_v1`, bench.postgres.pool);
const project = (records: readonly LogRecord[], from = 0) =>
  bench.project(
    records.map((record, index) => ({ ...record, offset: from + index })),
    from,
    from + records.length,
  );
const timeOf = (offset: number): number => FIRST_RECORD_AT + offset * 1000;

/** The lives of some tallies, whose events take turns. */
const lives = fc
  .array(fc.array(fc.constantFrom('a', 'b', `'"\\{}`), { maxLength: 8 }), { minLength: 1, maxLength: 4 })
  .map((all) => {
    const each = all.map((notes) => ({ id: v7(), notes }));
    const longest = Math.max(...all.map(({ length }) => length));
    const turns = Array.from({ length: longest + 1 }, (_, version) =>
      each.filter(({ notes }) => version <= notes.length).map((life) => ({ life, version: version + 1 })),
    ).flat();
    const records = turns.map(({ life: { id, notes }, version }, offset) =>
      version === 1
        ? tallyRecord(offset, { type: 'Opened', tallyId: id, limit: 100 }, 1)
        : tallyRecord(offset, { type: 'Counted', tallyId: id, note: notes[version - 2]! }, version),
    );
    return { each, turns, records };
  });

describe('a history', () => {
  test('is every event, and the state at every version and time, in random slices, each event twice, and from zero', async () => {
    await fc.assert(
      fc.asyncProperty(
        lives,
        fc.infiniteStream(fc.integer({ min: 1, max: 7 })),
        async ({ each, turns, records }, sizes) => {
          await bench.reset();
          for (let done = 0, offset = 0; done < records.length;) {
            const slice = records.slice(done, done + sizes.next().value!);
            await project([...slice, ...slice], offset);
            offset += slice.length * 2;
            done += slice.length;
          }
          const sliced = [
            await bench.rows('events', 'entity_id, version'),
            await bench.rows('snapshots', 'entity_id, version'),
          ];
          await bench.reset();
          await project(records);
          expect(sliced).toEqual([
            await bench.rows('events', 'entity_id, version'),
            await bench.rows('snapshots', 'entity_id, version'),
          ]);
          for (const { id, notes } of each) {
            const items = await history.of(id, sql());
            expect(items.map(({ version, type, data }) => [version, type, data])).toEqual([
              [1, 'Opened', { tallyId: id, limit: 100 }],
              ...notes.map((note, index) => [index + 2, 'Counted', { tallyId: id, note }]),
            ]);
          }
          for (const [offset, { life, version }] of turns.entries()) {
            const state = { version, notes: life.notes.slice(0, version - 1).join('') };
            expect(await history.stateAt(life.id, { version }, sql())).toEqual(state);
            expect(await history.stateAt(life.id, { at: timeOf(offset) }, sql())).toEqual(state);
          }
        },
      ),
      { numRuns: 15 },
    );
  }, 120_000);

  test('shows an event with all that was recorded of it', async () => {
    const id = v7();
    const record = tallyRecord(0, { type: 'Opened', tallyId: id, limit: 7 }, 1);
    await project([record]);
    const eventId = record.headers['ce_id']!.toString();
    expect(await history.of(id, sql())).toStrictEqual([
      {
        version: 1,
        type: 'Opened',
        at: '2026-11-02T10:00:00.000Z',
        eventId,
        commandId: eventId,
        correlationId: eventId,
        causationId: eventId,
        actor: 'anonymous',
        data: { tallyId: id, limit: 7 },
      },
    ]);
    expect(await history.of(v7(), sql())).toEqual([]);
  });
});

describe('the state', () => {
  const id = v7();
  beforeEach(() => project(tallyRecords(0, id, ['a', 'b', 'c', 'd', 'e', 'f'])));

  test('is not there before the first event and beyond the last version, and stays after the last time', async () => {
    expect(await history.stateAt(id, { at: timeOf(0) - 1 }, sql())).toBeUndefined();
    expect(await history.stateAt(id, { version: 8 }, sql())).toBeUndefined();
    expect(await history.stateAt(v7(), { version: 1 }, sql())).toBeUndefined();
    expect(await history.stateAt(id, { at: timeOf(1_000_000) }, sql())).toEqual({ version: 7, notes: 'abcdef' });
  });

  test('is that of the newest version, where several have the same time', async () => {
    await sql().query(`UPDATE tally_history_v1.events SET at = '2026-11-02T10:00:00Z' WHERE version < 3`);
    expect(await history.stateAt(id, { at: timeOf(0) }, sql())).toEqual({ version: 2, notes: 'a' });
  });

  test('is read from the nearest snapshot and the events after it alone', async () => {
    expect(await bench.rows('snapshots', 'version')).toMatchObject([
      { version: '3', state: { notes: 'ab' } },
      { version: '6', state: { notes: 'abcde' } },
    ]);
    await sql().query('DELETE FROM tally_history_v1.events WHERE version < 6');
    await sql().query(`UPDATE tally_history_v1.snapshots SET state = '{"notes": "wrong"}' WHERE version = 3`);
    expect(await history.stateAt(id, { version: 7 }, sql())).toEqual({ version: 7, notes: 'abcdef' });
  });
});

test.each([
  ['a gap', 5],
  ['the stored version with another event', 3],
  ['the beginning again', 1],
])('%s is refused with the id of the entity, and changes nothing', async (_case, version) => {
  const id = v7();
  await project(tallyRecords(0, id, ['a', 'b']));
  const before = await bench.rows('events', 'version');
  const bad = tallyRecord(3, { type: 'Counted', tallyId: id, note: 'c' }, version);
  await expect(project([bad], 3)).rejects.toMatchObject({
    code: 'TOO_MANY_PARKED',
    message: expect.stringContaining(id),
  });
  expect(await bench.rows('events', 'version')).toEqual(before);
});

test('an entity that begins in its middle, or jumps within a batch, is refused', async () => {
  const id = v7();
  const counted = (offset: number, version: number) =>
    tallyRecord(offset, { type: 'Counted', tallyId: id, note: 'c' }, version);
  await expect(project([counted(0, 2)])).rejects.toMatchObject({ code: 'TOO_MANY_PARKED' });
  const [opened] = tallyRecords(0, id);
  await expect(project([opened!, counted(1, 3)])).rejects.toMatchObject({ code: 'TOO_MANY_PARKED' });
  expect(await bench.rows('events', 'version')).toMatchObject([{ version: '1' }]);
});
