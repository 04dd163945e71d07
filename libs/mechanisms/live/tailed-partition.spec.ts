import { expect, test } from '@jest/globals';
import type { LogRecord } from '#mechanisms/kafka/index';
import { waitFor } from '#mechanisms/testing/wait-for';
import { TailedPartition } from './tailed-partition.ts';
import type { PartitionSource } from './tailed-partition.ts';

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const recordAt = (offset: number) => ({ offset }) as LogRecord;
const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A partition in memory; every third offset is a marker, which is read over. */
class GrowingPartition implements PartitionSource {
  readonly offsets: number[] = [];
  end = 0;
  fetches = 0;
  reads = 0;
  failures: Error[] = [];
  private grown = Promise.withResolvers<void>();

  grow(by: number): void {
    for (let count = 0; count < by; count += 1, this.end += 1) if (this.end % 3 !== 2) this.offsets.push(this.end);
    this.grown.resolve();
    this.grown = Promise.withResolvers<void>();
  }

  endOffset = () => Promise.resolve(this.end);

  async *read(_topic: string, _partition: number, from: number, to: number): AsyncGenerator<LogRecord[], void, void> {
    this.reads += 1;
    for (const offset of this.offsets.filter((one) => one >= from && one < to)) {
      await tick();
      const failure = this.failures.pop();
      if (failure) throw failure;
      yield [recordAt(offset)];
    }
  }

  async *follow(_topic: string, _partition: number, from: number) {
    for (let position = from; ;) {
      if (position === this.end) await Promise.race([this.grown.promise, tick()]);
      this.fetches += 1;
      const nextOffset = this.end;
      yield { records: this.offsets.filter((one) => one >= position && one < nextOffset).map(recordAt), nextOffset };
      position = nextOffset;
    }
  }
}

function start(partition: GrowingPartition) {
  const tailed = new TailedPartition(partition, silent, 'orders', 0);
  const ended = new AbortController();
  const follow = (from: number, pause: () => Promise<void> = async () => {}) => {
    const seen: number[] = [];
    const work = tailed.follow(from, ended.signal, async ({ offset }) => {
      seen.push(offset);
      await pause();
    });
    return { seen, work };
  };
  return { follow, end: () => ended.abort() };
}

test('who follows from anywhere gets every record from there on, once and in order', async () => {
  const partition = new GrowingPartition();
  partition.grow(20);
  const { follow, end } = start(partition);
  const followers = [0, 7, 8, 19, 20].map((from) => ({ from, ...follow(from) }));
  for (const by of [1, 5, 1, 30]) {
    partition.grow(by);
    await tick();
  }
  await waitFor(() => followers.every(({ seen }) => seen.at(-1) === 55), 5_000);
  end();
  await Promise.all(followers.map(({ work }) => work));
  for (const { from, seen } of followers) expect(seen).toEqual(partition.offsets.filter((one) => one >= from));
});

test('a slow follower misses nothing and delays nobody', async () => {
  const partition = new GrowingPartition();
  const { follow, end } = start(partition);
  const released = Promise.withResolvers<void>();
  const slow = follow(0, () => released.promise);
  const quick = follow(0);
  await tick();
  for (let round = 0; round < 10; round += 1) {
    partition.grow(3);
    await waitFor(() => quick.seen.length === 2 * (round + 1), 5_000);
  }
  expect(slow.seen).toHaveLength(1);
  released.resolve();
  await waitFor(() => slow.seen.length === 20, 5_000);
  expect(slow.seen).toEqual(partition.offsets);
  end();
  await Promise.all([slow.work, quick.work]);
});

test('a read that fails half-way is gone on with where it stood', async () => {
  const partition = new GrowingPartition();
  partition.grow(9);
  partition.failures = [new Error('the broker went away')];
  const { follow, end } = start(partition);
  const follower = follow(0);
  await waitFor(() => follower.seen.length === 6, 10_000);
  expect(follower.seen).toEqual(partition.offsets);
  end();
  await follower.work;
});

test('a topic that was made anew ends those who follow it', async () => {
  const partition = new GrowingPartition();
  partition.grow(9);
  partition.failures = [Object.assign(new Error('it was truncated'), { name: 'TopicMismatch' })];
  const { follow } = start(partition);
  await expect(follow(0).work).rejects.toThrow('it was truncated');
});

test('it is fetched once for all, and not while nobody follows', async () => {
  const partition = new GrowingPartition();
  const { follow, end } = start(partition);
  const followers = Array.from({ length: 50 }, () => follow(0));
  await tick();
  partition.grow(3);
  await waitFor(() => followers.every(({ seen }) => seen.length === 2), 5_000);
  expect(partition.reads).toBe(0);
  end();
  await Promise.all(followers.map(({ work }) => work));
  await tick();
  await tick();
  const { fetches } = partition;
  for (let round = 0; round < 10; round += 1) await tick();
  expect(partition.fetches).toBe(fetches);
});
