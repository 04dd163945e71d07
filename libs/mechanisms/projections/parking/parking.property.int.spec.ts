import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { v7 } from 'uuid';
import { PositionLost } from '#mechanisms/kafka/index';
import type { LogRecord } from '#mechanisms/kafka/index';
import type { ProjectionBench } from '../testing/projection-bench.ts';
import { openTallyBench } from '../testing/tally-bench.ts';
import { tallyProjection, tallyRecords } from '../testing/tally.projection.ts';

const { tally, tallies, TallyProjection } = tallyProjection();
const projection = new TallyProjection();

let bench: ProjectionBench;
beforeAll(async () => {
  bench = await openTallyBench(process.env['TEST_DATABASE_URL']!, { tallies, tally }, projection, { mostParked: 100 });
});
afterAll(() => bench.close());

/** A log of some tallies' lives, with events that come twice, and what happens while it is read. */
interface Plan {
  readonly lives: readonly number[];
  /** Which tally's next event comes, or its last one again. */
  readonly arrivals: readonly { readonly tally: number; readonly isAgain: boolean }[];
  /** Records, by a share of the log, that a broken handler refuses, and that are garbage. */
  readonly refused: readonly number[];
  readonly garbage: readonly number[];
  /** How many records a batch has, and what comes after it. */
  readonly steps: readonly { readonly size: number; readonly after: 'nothing' | 'redrive' | 'zombie' | 'both' }[];
}

const share = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const plans: fc.Arbitrary<Plan> = fc.record({
  lives: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 4 }),
  arrivals: fc.array(fc.record({ tally: fc.nat(3), isAgain: fc.boolean() }), { minLength: 1, maxLength: 30 }),
  refused: fc.array(fc.oneof(share, fc.constantFrom(0, 0.999)), { maxLength: 3 }),
  garbage: fc.array(share, { maxLength: 2 }),
  steps: fc.array(
    fc.record({
      size: fc.integer({ min: 1, max: 8 }),
      after: fc.constantFrom('nothing' as const, 'redrive' as const, 'zombie' as const, 'both' as const),
    }),
    { minLength: 1, maxLength: 12 },
  ),
});

function logOf({ lives, arrivals }: Plan): LogRecord[] {
  const streams = lives.map((notes) =>
    tallyRecords(
      0,
      v7(),
      Array.from({ length: notes }, (_, index) => String(index)),
    ),
  );
  const seen = streams.map(() => 0);
  const log: LogRecord[] = [];
  for (const { tally: chosen, isAgain } of arrivals) {
    const stream = chosen % streams.length;
    const index = isAgain && seen[stream]! > 0 ? seen[stream]! - 1 : seen[stream]!;
    const record = streams[stream]![index];
    if (!record) continue;
    seen[stream] = Math.max(seen[stream]!, index + 1);
    log.push({ ...record, offset: log.length });
  }
  return log;
}

const redrive = () => Array.fromAsync(bench.deadLetters.redrive({}, false));
const rows = () => bench.rows('tallies', 'tally_id');

async function expectAccounted(): Promise<void> {
  const { consumed, nextOffset, projected, duplicates, parked, discarded } = await bench.checkpoint();
  expect([nextOffset, projected + duplicates + parked + discarded]).toEqual([consumed, consumed]);
  expect(await bench.parked()).toHaveLength(parked);
}

/** Reads the log in the plan's batches; a zombie sends a batch again that was committed. */
async function readAll(log: readonly LogRecord[], { steps }: Plan): Promise<void> {
  for (let [from, step] = [0, 0]; from < log.length; step += 1) {
    const { size, after } = steps[step % steps.length]!;
    const next = Math.min(from + size, log.length);
    const batch = () => bench.project(log.slice(from, next), from, next);
    const redriving = after === 'both' ? redrive() : undefined;
    await batch();
    await redriving;
    if (after === 'zombie') await expect(batch()).rejects.toBeInstanceOf(PositionLost);
    if (after === 'redrive') await redrive();
    await expectAccounted();
    from = next;
  }
}

test('whatever is parked, redriven, repeated or overtaken: the rows are those of a log without poison', async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      const log = logOf(plan);
      const offsetsOf = (shares: readonly number[]) => new Set(shares.map((part) => Math.floor(part * log.length)));
      const [refused, garbage] = [offsetsOf(plan.refused), offsetsOf(plan.garbage)];
      projection.beforeEach = () => undefined;
      await bench.reset();
      await readAll(log, { ...plan, steps: [{ size: log.length, after: 'nothing' }] });
      const expected = await rows();

      await bench.reset();
      projection.beforeEach = ({ offset }) => {
        if (refused.has(offset)) throw new Error('a bug');
      };
      // Garbage comes between the records of the log, with the key of the next.
      const poisoned = log.flatMap((record) =>
        garbage.has(record.offset) ? [{ ...record, value: Buffer.from('garbage') }, record] : [record],
      );
      const shifted = poisoned.map((record, offset) => ({ ...record, offset }));
      await readAll(shifted, plan);

      projection.beforeEach = () => undefined;
      for (let letters = await bench.parked(); letters.length > 0; letters = await bench.parked()) {
        await redrive();
        await Array.fromAsync(bench.deadLetters.discard({ error: 'schema' }, { reason: 'garbage', by: 'test' }, false));
        await expectAccounted();
      }
      expect(await rows()).toEqual(expected);
      expect((await bench.checkpoint()).discarded).toBe(shifted.length - log.length);
    }),
    { numRuns: 40 },
  );
}, 120_000);
