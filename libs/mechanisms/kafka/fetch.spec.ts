import { expect, test } from '@jest/globals';
import type { BrokerLink } from './broker-link.ts';
import type { ClusterClient } from './cluster-client.ts';
import { fetch } from './fetch.ts';
import type { DecodedRecord } from './kafkajs-internals.ts';

const limits = { maxWaitMs: 1, maxBytes: 1, maxBytesPerPartition: 1 };

const message = (offset: number, isControlRecord = false): DecodedRecord => ({
  offset: String(offset),
  timestamp: '0',
  key: null,
  value: null,
  headers: {},
  isControlRecord,
  batchContext: {
    firstOffset: String(offset),
    producerId: '1',
    producerEpoch: 0,
    firstSequence: 0,
    inTransaction: true,
  },
});

const found = (partition: number, messages: DecodedRecord[], errorCode = 0) => ({
  partition,
  errorCode,
  highWatermark: '30',
  lastStableOffset: '20',
  abortedTransactions: [],
  messages,
});

/** A fetch from offset 10 of each partition that the broker answers so. */
async function fetched(...partitions: ReturnType<typeof found>[]) {
  const client = { send: () => Promise.resolve({ responses: [{ topicName: 't', partitions }] }) };
  const positions = partitions.map(({ partition }) => ({ topic: 't', partition, offset: 10 }));
  return fetch(client as unknown as ClusterClient, {} as BrokerLink, positions, limits);
}

test('records before the position, which are in the same batch, are left out', async () => {
  const [only] = await fetched(found(0, [message(9), message(10), message(11)]));
  expect(only!.records.map(({ offset }) => offset)).toEqual([10, 11]);
  expect(only).toMatchObject({ nextOffset: 12, highWatermark: 30 });
});

test('control records move the position on and are not delivered', async () => {
  expect(await fetched(found(0, [message(10, true)]))).toMatchObject([{ records: [], nextOffset: 11 }]);
});

test('nothing of the only partition means a gap up to the stable end', async () => {
  expect(await fetched(found(0, []))).toMatchObject([{ records: [], nextOffset: 20, isStarved: false }]);
});

test('nothing of one partition of several means that the others took all room', async () => {
  expect(await fetched(found(0, [message(10)]), found(1, []))).toMatchObject([
    { nextOffset: 11, isStarved: false },
    { nextOffset: 10, isStarved: true },
  ]);
});

test('a refusal of one partition leaves the others what they got', async () => {
  const NOT_LEADER = 6;
  expect(await fetched(found(0, [], NOT_LEADER), found(1, [message(10)]))).toMatchObject([
    { error: { type: 'NOT_LEADER_FOR_PARTITION' }, nextOffset: 10 },
    { records: [{ offset: 10 }], nextOffset: 11 },
  ]);
});
