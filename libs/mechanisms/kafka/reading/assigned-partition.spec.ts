import { expect, test } from '@jest/globals';
import { AssignedPartition } from './assigned-partition.ts';
import type { Batch } from './assigned-partition.ts';
import type { Fetched } from './fetch.ts';

function assigned(positionOf: () => Promise<number> = () => Promise.resolve(5)) {
  const batches: Batch[] = [];
  const onBatch = (batch: Batch) => {
    batches.push(batch);
    return Promise.resolve();
  };
  const partition = new AssignedPartition('t', 0, 10, { positionOf, onBatch, onProgress() {} });
  return { partition, batches };
}

const fetched = (nextOffset: number, offsets: number[] = [], highWatermark = nextOffset): Fetched => ({
  topic: 't',
  partition: 0,
  records: offsets.map((offset) => ({
    offset,
    timestamp: 0,
    key: null,
    value: null,
    headers: {},
    producerId: '1',
    producerEpoch: 0,
    sequence: 0,
  })),
  nextOffset,
  isStarved: false,
  highWatermark,
});

const extents = (batches: readonly Batch[]) =>
  batches.map(({ fromOffset, nextOffset, records }) => [fromOffset, nextOffset, records.length]);

test('the position is asked for when the assignment before has ended its work, which may have moved it', async () => {
  let position = 5;
  let finish: (() => void) | undefined;
  const { partition } = assigned(() => Promise.resolve(position));
  const located = partition.locate(new Promise<void>((resolve) => (finish = resolve)));
  position = 7;
  finish!();
  await located;
  expect(partition.position).toBe(7);
});

test('the marker behind the last records is delivered with the next ones', async () => {
  const { partition, batches } = assigned();
  await partition.locate(Promise.resolve());
  await partition.deliver(fetched(6, [5]));
  await partition.deliver(fetched(7));
  expect([partition.position, partition.fetchPosition]).toEqual([6, 7]);
  await partition.deliver(fetched(8, [7]));
  expect(extents(batches)).toEqual([
    [5, 6, 1],
    [6, 8, 1],
  ]);
});

test('the marker behind the last records is delivered alone when nothing follows', async () => {
  const { partition, batches } = assigned();
  await partition.locate(Promise.resolve());
  await partition.deliver(fetched(6, [5]));
  await partition.deliver(fetched(7));
  await partition.deliver(fetched(7));
  expect(extents(batches)).toEqual([
    [5, 6, 1],
    [6, 7, 0],
  ]);
});

test('a run without records that is not at the end is delivered at once', async () => {
  const { partition, batches } = assigned();
  await partition.locate(Promise.resolve());
  await partition.deliver(fetched(9, [], 20));
  expect(extents(batches)).toEqual([[5, 9, 0]]);
  expect(partition.status()).toMatchObject({ position: 9, highWatermark: 20, lag: 11, state: 'running' });
});

test('a fetch that brought nothing calls nobody', async () => {
  const { partition, batches } = assigned();
  await partition.locate(Promise.resolve());
  await partition.deliver(fetched(5));
  expect(batches).toEqual([]);
});
