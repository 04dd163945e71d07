import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { PartitionReader, TransactionalWriter } from '../index.ts';
import type { KafkaConnection, LogRecord } from '../index.ts';
import { Api, faultPlan, FaultProxy } from '../testing/fault-proxy/index.ts';
import {
  connectTo,
  freshId,
  freshTopic,
  record,
  recordsIn,
  testBrokers,
  until,
  valuesIn,
} from '../testing/kafka-under-test.ts';

jest.setTimeout(60_000);

let kafka: KafkaConnection;
let proxied: KafkaConnection;
let proxy: FaultProxy;
let reader: PartitionReader;

beforeAll(async () => {
  kafka = connectTo();
  reader = new PartitionReader(kafka);
  proxy = await FaultProxy.start(testBrokers);
  proxied = connectTo(proxy.addresses);
});

afterAll(() => {
  kafka.close();
  proxied.close();
  proxy.close();
});

async function offsetsOf(from: PartitionReader, topic: string, start: number, end: number): Promise<number[]> {
  const records: LogRecord[] = [];
  for await (const batch of from.read(topic, 0, start, end)) records.push(...batch);
  return records.map(({ offset }) => offset);
}

/** One transaction per list of keys: each is followed by a marker, which takes an offset. */
async function written(topic: string, ...transactions: string[][]): Promise<void> {
  const id = freshId();
  const writer = await TransactionalWriter.open(kafka, id);
  for (const keys of transactions)
    await writer.commit([{ topic, partition: 0, records: keys.map((key) => record(key)) }]);
  writer.close();
  // Opening waits until the last transaction's marker is there.
  (await TransactionalWriter.open(kafka, id)).close();
}

/** Writes the keys in a transaction that stays open until the id is opened again, which aborts it. */
async function leftOpen(topic: string, id: string, ...keys: string[]): Promise<void> {
  const accident = await FaultProxy.start(testBrokers);
  const other = connectTo(accident.addresses);
  const writer = await TransactionalWriter.open(other, id);
  const produced = Promise.withResolvers<void>();
  accident.faults = ({ direction, apiKey }) => {
    if (direction === 'reply' && apiKey === Api.Produce) produced.resolve();
    return apiKey === Api.EndTxn ? 'drop' : 'pass';
  };
  const commit = writer.commit([{ topic, partition: 0, records: keys.map((key) => record(key)) }]).catch(() => {});
  await produced.promise;
  writer.close();
  await commit;
  accident.close();
}

test('a range is read exactly, over the markers between and behind its records', async () => {
  const topic = await freshTopic(kafka);
  await written(topic, ['a', 'b'], ['c'], ['d']);
  await until(async () => (await reader.endOffset(topic, 0)) === 7);
  expect(await reader.startOffset(topic, 0)).toBe(0);
  expect(await offsetsOf(reader, topic, 0, 7)).toEqual([0, 1, 3, 5]);
  expect(await offsetsOf(reader, topic, 1, 4)).toEqual([1, 3]);
  expect(await offsetsOf(reader, topic, 1, 3)).toEqual([1]);
  expect(await offsetsOf(reader, topic, 2, 3)).toEqual([]);
  expect(await offsetsOf(reader, topic, 6, 7)).toEqual([]);
  expect(await offsetsOf(reader, topic, 7, 7)).toEqual([]);
});

test('small fetches bring the same as one big fetch', async () => {
  const topic = await freshTopic(kafka);
  await written(topic, ...Array.from({ length: 30 }, (_, index) => [`${index}a`, `${index}b`]));
  const frugal = new PartitionReader(kafka, { maxBytes: 200 });
  await until(async () => (await reader.endOffset(topic, 0)) === 90);
  expect(await offsetsOf(frugal, topic, 0, 90)).toEqual(await offsetsOf(reader, topic, 0, 90));
});

test('aborted records are left out, and what is not decided yet lies behind the end', async () => {
  const topic = await freshTopic(kafka);
  const [first, second] = [freshId(), freshId()];
  await leftOpen(topic, first, 'aborted last');
  await leftOpen(topic, second, 'aborted first');
  await written(topic, ['committed']);
  expect(await reader.endOffset(topic, 0)).toBe(0);
  await TransactionalWriter.open(kafka, second);
  await TransactionalWriter.open(kafka, first);
  expect(await valuesIn(kafka, topic)).toEqual(['committed']);
});

test('a read beyond the end waits for what comes', async () => {
  const topic = await freshTopic(kafka);
  const reading = offsetsOf(reader, topic, 0, 4);
  await written(topic, ['a'], ['b']);
  expect(await reading).toEqual([0, 2]);
});

test('compacted batches and a compacted end are passed', async () => {
  const config = {
    'cleanup.policy': 'compact',
    'segment.ms': '50',
    'min.cleanable.dirty.ratio': '0.0',
    'max.compaction.lag.ms': '100',
    'delete.retention.ms': '0',
  };
  const topic = await freshTopic(kafka, { config });
  const writer = await TransactionalWriter.open(kafka, freshId());
  const commit = (...records: ReturnType<typeof record>[]) => writer.commit([{ topic, partition: 0, records }]);
  await commit(record('a', 'old'), record('b', 'kept'), record('a', 'old too'));
  await commit(record('a', 'old as well'));
  await commit(record('a', 'new'));
  let deletions = 0;
  await until(async () => {
    // A write rolls the segment, and only segments that are no longer written are compacted.
    await commit({ ...record(`deleted-${deletions++}`, null), timestamp: Date.now() });
    return (await recordsIn(kafka, topic)).filter(({ key }) => String(key) === 'a').length === 1;
  }, 90_000);
  const records = (await recordsIn(kafka, topic)).filter(({ value }) => value !== null);
  expect(records.map(({ value }) => String(value))).toEqual(['kept', 'new']);
  expect(await offsetsOf(reader, topic, 2, 6)).toEqual([]);
}, 100_000);

test('an offset that the partition does not hold is an error, not another offset', async () => {
  const topic = await freshTopic(kafka);
  await written(topic, ['a']);
  await expect(offsetsOf(reader, topic, 17, 20)).rejects.toMatchObject({
    name: 'TopicMismatch',
    retriable: false,
    message: `${topic}-0 has no offset 17: it was truncated, or the topic was made anew.`,
  });
});

test('lost connections neither lose nor repeat a record', async () => {
  const topic = await freshTopic(kafka);
  await written(topic, ...Array.from({ length: 20 }, (_, index) => [`${index}`]));
  await until(async () => (await reader.endOffset(topic, 0)) === 40);
  let fetches = 0;
  proxy.faults = ({ direction, apiKey }) =>
    direction === 'reply' && apiKey === Api.Fetch && fetches++ % 2 === 0 ? 'reset' : 'pass';
  const shaken = new PartitionReader(proxied, { maxBytes: 200 });
  expect(await offsetsOf(shaken, topic, 0, 40)).toEqual(Array.from({ length: 20 }, (_, index) => 2 * index));
  expect(fetches).toBeGreaterThan(4);
});

test('without an answer it gives up at the deadline', async () => {
  const topic = await freshTopic(kafka);
  proxy.faults = faultPlan([{ api: 'Fetch', direction: 'reply', fate: 'drop' }]);
  const impatient = new PartitionReader(proxied, { deadlineMs: 200 });
  await expect(offsetsOf(impatient, topic, 0, 1)).rejects.toMatchObject({ name: 'KafkaUnavailable', retriable: true });
  proxy.faults = faultPlan([]);
  await expect(impatient.endOffset(topic, 0)).resolves.toBe(0);
});

test('a partition that does not exist is not waited for longer than the deadline', async () => {
  const impatient = new PartitionReader(kafka, { deadlineMs: 200 });
  await expect(impatient.endOffset('test-no-such-topic', 0)).rejects.toMatchObject({ name: 'KafkaUnavailable' });
});
