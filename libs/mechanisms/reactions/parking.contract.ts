import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MOST_FAULTY } from '#mechanisms/event-store/parking/parked-facts';
import { partitionFor } from '#mechanisms/kafka/index';
import type { OutgoingRecord } from '#mechanisms/kafka/index';
import { waitFor } from '#mechanisms/testing/wait-for';
import { MENDED, ParkingBench } from './testing/parking-bench.ts';
import type { ParkingLog } from './testing/parking-bench.ts';

/** What a stranger may write, and what a mistake of ours may meet. */
const KINDS: Readonly<Record<string, (bench: ParkingBench, id: string) => OutgoingRecord>> = {
  'is garbage': (bench, id) => ({ ...bench.counted(id), value: Buffer.from([0, 0, 0, 0, 2, 255, 255]) }),
  'has no schema id': (bench, id) => ({ ...bench.counted(id), value: Buffer.from('garbage') }),
  'has bytes behind it': (bench, id) => {
    const record = bench.counted(id);
    return { ...record, value: Buffer.concat([record.value!, Buffer.from('more')]) };
  },
  'has no value': (bench, id) => ({ ...bench.counted(id), value: null }),
  'has no headers': (bench, id) => ({ ...bench.counted(id), headers: {} }),
  'has the headers of another': (bench, id) => ({ ...bench.counted(id), headers: bench.counted(id).headers! }),
  'has the key of another': (bench, id) => ({ ...bench.counted(randomUUID()), key: id }),
  'makes react throw': (bench, id) => bench.counted(id, 'react throws'),
  'makes decide throw': (bench, id) => bench.counted(id, 'decide throws'),
  'leads to too large a fact': (bench, id) => bench.counted(id, 'too large'),
  'leads to a fact that cannot be encoded': (bench, id) => bench.counted(id, 'unencodable'),
};

const WITH_A_COMMAND = ['makes decide throw', 'leads to too large a fact', 'leads to a fact that cannot be encoded'];

/**
 * How many of two partitions' facts are parked: the bad one, two behind it, and the bad one in the other partition, too,
 * when no command can be made of it, as nobody knows then whom it concerns.
 */
const parkedBy = (kind: string): number => (WITH_A_COMMAND.includes(kind) ? 3 : 4);

/** How reactions park on any log that keeps the port's promises; `open` makes the topics of the bench. */
export function describeParking(name: string, open: (bench: ParkingBench) => Promise<ParkingLog>): void {
  describe(`on ${name}, a fact that can never be applied`, () => {
    let bench: ParkingBench;
    beforeEach(async () => {
      const made = new ParkingBench();
      bench = made.on(await open(made));
    });
    afterEach(() => bench.close());

    /** An id whose facts and tally are in the partition. */
    const idIn = (partition: number): string => {
      for (;;) {
        const id = randomUUID();
        if (partitionFor(id, 2) === partition) return id;
      }
    };

    it.each(Object.keys(KINDS))('is parked when it %s: others go on, its entity’s stay behind', async (kind) => {
      const app = bench.open();
      const [bad, good] = [randomUUID(), randomUUID()];
      await bench.write(bench.openedFact(bad), bench.openedFact(good), bench.counted(bad, 'before'));
      await bench.write(KINDS[kind]!(bench, bad), bench.counted(bad, 'after'), bench.counted(good, 'g1'));
      await bench.write(bench.counted(bad, 'last'), bench.counted(good, 'g2'));
      await app.reaches(good, 2);
      await waitFor(() => app.parked === parkedBy(kind));
      await bench.write(bench.counted(good, 'g3'));
      await app.reaches(good, 3);
      expect(await app.countOf(bad)).toBe(1);
      expect(app.isOpen).toBe(true);
      const next = bench.open();
      await waitFor(() => next.isOpen && next.parked === parkedBy(kind));
    });

    it.each(['makes react throw', 'makes decide throw', 'leads to too large a fact'])(
      'leaves the state as if it never had been parked once it %s no more',
      async (kind) => {
        const broken = bench.open();
        const id = randomUUID();
        await bench.write(bench.openedFact(id), bench.counted(id, 'before'), KINDS[kind]!(bench, id));
        await bench.write(bench.counted(id, 'after'), bench.counted(id, 'last'));
        const expected = parkedBy(kind);
        await waitFor(() => broken.parked === expected);
        const mended = bench.open(MENDED);
        await waitFor(() => mended.parked === expected && mended.isOpen);
        await bench.write(bench.counted(id, 'live'));
        await waitFor(() => mended.parked === expected + 1);
        const outcomes = new Set((await mended.redrive()).map(({ outcome }) => outcome));
        expect(outcomes).toEqual(new Set(kind === 'makes react throw' ? ['applied', 'unconcerned'] : ['applied']));
        expect(mended.parked).toBe(0);
        await bench.write(bench.counted(id, 'then'), bench.counted(id, 'and then'));
        await mended.reaches(id, 7);
        await waitFor(async () => (await bench.notesOf(id)).length === 7);
        const [first, , ...rest] = await bench.notesOf(id);
        expect([first, ...rest]).toEqual(['before', 'after', 'last', 'live', 'then', 'and then']);
        expect(await mended.redrive()).toEqual([]);
      },
    );

    it('stays parked, with what waits behind it, when it fails again, and can be tried out', async () => {
      const app = bench.open();
      const id = randomUUID();
      await bench.write(bench.openedFact(id), bench.counted(id, 'decide throws'), bench.counted(id, 'after'));
      await waitFor(() => app.parked === 2);
      const [head] = app.names();
      const tried = await app.redrive([head!]);
      expect(tried.map(({ outcome }) => outcome)).toEqual(['parked', 'behind']);
      expect(app.companions.flatMap((one) => one.parked()).map(({ attempts }) => attempts)).toEqual([2, 0]);
      const mended = bench.open(MENDED);
      await waitFor(() => mended.parked === 2 && mended.isOpen);
      const dry = await Promise.all(
        mended.companions.map((one) => one.handleParked({ kind: 'redrive', names: [head!], dryRun: true })),
      );
      expect(dry.flat().map((one) => one?.outcome)).toEqual(expect.arrayContaining(['applied', 'behind']));
      expect(mended.parked).toBe(2);
      expect(await mended.countOf(id)).toBe(0);
    });

    it('holds back what is for the entity that it is for, of whatever source entity', async () => {
      const app = bench.open();
      const [one, other, target] = [randomUUID(), randomUUID(), randomUUID()];
      await bench.write(bench.openedFact(target));
      await app.reaches(target, 0);
      await bench.write(bench.counted(one, `for ${target}`));
      await waitFor(() => app.parked === 1);
      await bench.write(bench.counted(other, `for ${target}`));
      await waitFor(() => app.parked === 2);
      await bench.write(bench.counted(target, 'its own'));
      await waitFor(() => app.parked === 3);
      const mended = bench.open(MENDED);
      await waitFor(() => mended.parked === 3 && mended.isOpen);
      await mended.redrive(mended.names().slice(0, 1));
      await bench.write(bench.counted(target, 'last'));
      await mended.reaches(target, 4);
      await waitFor(async () => (await bench.notesOf(target)).length === 4);
      expect(await bench.notesOf(target)).toEqual([`for ${target}`, `for ${target}`, 'its own', 'last']);
    });

    it('is told of once on the dead letter topic, and given up with a reason', async () => {
      const app = bench.open();
      const id = randomUUID();
      const poison = KINDS['is garbage']!(bench, id);
      await bench.write(bench.openedFact(id), poison, bench.counted(id, 'after'));
      await waitFor(() => app.parked === 3);
      const [first, second, ...more] = await waitFor(async () => {
        const letters = await bench.letters();
        return letters.length >= 2 && letters;
      });
      expect(more).toEqual([]);
      expect(first).toMatchObject({
        topic: bench.topic,
        partition: partitionFor(id, 2),
        consumer: `${bench.reacting.entity.name}-command.reactions`,
        entity: id,
        attempts: 1,
        behindOffset: null,
        value: poison.value!.toString('base64'),
      });
      expect(second).toMatchObject({ attempts: 0, behindOffset: first!['offset'], entity: id });
      expect(app.told).toHaveLength(3);
      await app.discard([`${bench.topic}-${partitionFor(id, 2)}/${String(first!['offset'])}`]);
      expect(app.parked).toBe(1);
      await app.redrive();
      await app.reaches(id, 1);
      const discarded = await waitFor(async () => (await bench.letters())[2]);
      expect(discarded).toMatchObject({ discarded: { by: 'ada', reason: 'it never was' }, value: first!['value'] });
    });

    it('parks alone without a key, and is known again at the next take-over', async () => {
      const app = bench.open();
      const id = idIn(0);
      await bench.write(bench.openedFact(id));
      await bench.writeWithoutKey(0, bench.counted(id));
      await bench.write(bench.counted(id, 'after'));
      await app.reaches(id, 1);
      await waitFor(() => app.parked === 2);
      const next = bench.open();
      await waitFor(() => next.parked === 2 && next.isOpen);
    });

    it('pauses its source, and is not parked, while its schema is not known', async () => {
      const app = bench.open();
      const [id, other] = [idIn(0), idIn(1)];
      await bench.write(bench.openedFact(id), { ...bench.counted(id), value: Buffer.from([0, 0, 0, 1, 0, 1]) });
      await bench.write(bench.counted(id, 'after'), bench.openedFact(other), bench.counted(other, 'goes on'));
      await app.reaches(id, 0);
      await app.reaches(other, 1);
      expect(app.parked).toBe(0);
      expect(await app.countOf(id)).toBe(0);
    });

    it('leaves to the owner what a fenced one would redrive', async () => {
      const zombie = bench.open();
      const id = randomUUID();
      await bench.write(bench.openedFact(id), bench.counted(id, 'decide throws'), bench.counted(id, 'after'));
      await waitFor(() => zombie.parked === 2);
      const names = zombie.names();
      const owner = bench.open(MENDED);
      await waitFor(() => owner.isOpen && owner.parked === 2);
      await Promise.all([owner.redrive(names), zombie.redrive(names), owner.redrive(names)]);
      await waitFor(async () => (await bench.notesOf(id)).length === 2);
      await bench.write(bench.counted(id, 'then'));
      await waitFor(async () => (await bench.notesOf(id)).length === 3);
      expect(await bench.notesOf(id)).toEqual(['decide throws', 'after', 'then']);
    });

    it('lets its source stand still when there are too many, and go on when there are fewer', async () => {
      const app = bench.open();
      const good = idIn(0);
      const poison = Array.from({ length: MOST_FAULTY + 1 }, () => bench.counted(idIn(0), 'decide throws'));
      await bench.write(...poison, bench.openedFact(good));
      const [reacting] = app.companions;
      await waitFor(() => app.parked === MOST_FAULTY && reacting!.standing.size === 1);
      expect(await app.countOf(good)).toBeUndefined();
      expect(reacting!.hasReached(await reacting!.ends())).toBe(false);
      await app.discard(app.names().slice(0, 2));
      await waitFor(async () => (await app.countOf(good)) === 0, 20_000);
      expect(app.parked).toBe(MOST_FAULTY - 1);
      expect(reacting!.standing.size).toBe(0);
    }, 60_000);
  });
}
