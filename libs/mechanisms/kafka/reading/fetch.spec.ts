import { expect, test } from '@jest/globals';
import type { BrokerLink } from '../connection/broker-link.ts';
import type { ClusterClient } from '../connection/cluster-client.ts';
import { batch, marker } from '../testing/hand-made-batches.ts';
import { fetch } from './fetch.ts';

const limits = { maxWaitMs: 1, maxBytes: 1, maxBytesPerPartition: 1 };

const found = (partition: number, recordSet: Buffer, errorCode = 0) => ({
  topic: 't',
  partition,
  errorCode,
  highWatermark: 30,
  lastStableOffset: 20,
  abortedTransactions: [],
  recordSet,
});
const nothing = Buffer.alloc(0);

/** A fetch from offset 10 of each partition that the broker answers so. */
async function fetched(...partitions: ReturnType<typeof found>[]) {
  const client = { send: () => Promise.resolve({ partitions }) };
  const positions = partitions.map(({ partition }) => ({ topic: 't', partition, offset: 10 }));
  return fetch(client as unknown as ClusterClient, {} as BrokerLink, positions, limits);
}

test('records before the position, which are in the same batch, are left out', async () => {
  const [only] = await fetched(found(0, batch(9, '1', ['a', 'b', 'c'])));
  expect(only!.records.map(({ offset }) => offset)).toEqual([10, 11]);
  expect(only).toMatchObject({ nextOffset: 12, highWatermark: 30 });
});

test('control records move the position on and are not delivered', async () => {
  expect(await fetched(found(0, marker(10, '1', 'commit')))).toMatchObject([{ records: [], nextOffset: 11 }]);
});

test('nothing of the only partition means a gap up to the stable end', async () => {
  expect(await fetched(found(0, nothing))).toMatchObject([{ records: [], nextOffset: 20, isStarved: false }]);
});

test('a part of a batch is no gap', async () => {
  const part = batch(10, '1', ['a']).subarray(0, -1);
  expect(await fetched(found(0, part))).toMatchObject([{ records: [], nextOffset: 10, isStarved: true }]);
});

test('nothing of one partition of several means that the others took all room', async () => {
  expect(await fetched(found(0, batch(10, '1', ['a'])), found(1, nothing))).toMatchObject([
    { nextOffset: 11, isStarved: false },
    { nextOffset: 10, isStarved: true },
  ]);
});

test('a refusal of one partition leaves the others what they got', async () => {
  const NOT_LEADER = 6;
  expect(await fetched(found(0, nothing, NOT_LEADER), found(1, batch(10, '1', ['a'])))).toMatchObject([
    { error: { type: 'NOT_LEADER_FOR_PARTITION' }, nextOffset: 10 },
    { records: [{ offset: 10 }], nextOffset: 11 },
  ]);
});
