import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { belongsTo, TransactionalWriter, WriteFailure } from '../index.ts';
import type { KafkaConnection, LogRecord, PartitionRecords } from '../index.ts';
import { faultPlan, FaultProxy } from '../testing/fault-proxy/index.ts';
import type { ApiName, Direction, Fate, Faults } from '../testing/fault-proxy/index.ts';
import {
  connectTo,
  freshId,
  freshTopic,
  record,
  recordsIn as recordsAtOnce,
  testBrokers,
} from '../testing/kafka-under-test.ts';

jest.setTimeout(60_000);

let kafka: KafkaConnection;
let proxied: KafkaConnection;
let proxy: FaultProxy;
let events: string;
let latest: string;
let id: string;

beforeAll(async () => {
  kafka = connectTo();
  proxy = await FaultProxy.start(testBrokers);
  proxied = connectTo(proxy.addresses);
});

beforeEach(async () => {
  proxy.faults = faultPlan([]);
  [events, latest] = [await freshTopic(kafka), await freshTopic(kafka, { config: { 'cleanup.policy': 'compact' } })];
  id = freshId();
});

afterAll(() => {
  kafka.close();
  proxied.close();
  proxy.close();
});

const both = (...keys: string[]): PartitionRecords[] => [
  { topic: events, partition: 0, records: keys.map((key) => record(key)) },
  { topic: latest, partition: 0, records: keys.map((key) => record(key)) },
];

/** What is there once everything that was committed under the id is visible: an opened writer found it settled. */
async function recordsIn(topic: string): Promise<LogRecord[]> {
  (await TransactionalWriter.open(kafka, id)).close();
  return recordsAtOnce(kafka, topic);
}

const valuesIn = async (topic: string) => (await recordsIn(topic)).map(({ value }) => String(value));

const failureOf = async (commit: Promise<unknown>): Promise<WriteFailure> => {
  const failure: unknown = await commit.then(() => undefined).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(WriteFailure);
  return failure as WriteFailure;
};

const once = (api: ApiName, direction: Direction, fate: Fate): Faults => faultPlan([{ api, direction, nth: 1, fate }]);

const always = (api: ApiName, direction: Direction, fate: Fate): Faults => faultPlan([{ api, direction, fate }]);

/** Loses the request that would end the transaction, and tells when everything before it is done. */
function leaveOpen(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const produced = (): Fate => {
    resolve();
    return 'pass';
  };
  proxy.faults = faultPlan([
    { api: 'EndTxn', direction: 'request', nth: 1, fate: 'drop' },
    { api: 'Produce', direction: 'reply', fate: produced },
  ]);
  return promise;
}

test('what is committed is read back as it was written, with where it stands', async () => {
  const writer = await TransactionalWriter.open(kafka, id);
  const first = { key: 'ä', value: Buffer.from([0, 255]), timestamp: 1_700_000_000_123, headers: { ce_id: 'ö' } };
  const deletion = { key: 'b', value: null, timestamp: 1_700_000_000_122 };
  expect(
    await writer.commit([{ topic: latest, partition: 0, records: [first, deletion] }, ...both('c').slice(0, 1)]),
  ).toEqual([
    { topic: latest, partition: 0, baseOffset: 0 },
    { topic: events, partition: 0, baseOffset: 0 },
  ]);
  expect(await writer.commit(both('d'))).toEqual([
    { topic: events, partition: 0, baseOffset: 2 },
    { topic: latest, partition: 0, baseOffset: 3 },
  ]);
  const { producerId, producerEpoch } = writer;
  expect(await recordsIn(latest)).toMatchObject([
    {
      offset: 0,
      timestamp: first.timestamp,
      key: Buffer.from('ä'),
      value: first.value,
      headers: { ce_id: Buffer.from('ö') },
      producerId,
      producerEpoch,
      sequence: 0,
    },
    {
      offset: 1,
      timestamp: deletion.timestamp,
      key: Buffer.from('b'),
      value: null,
      headers: {},
      producerId,
      producerEpoch,
      sequence: 1,
    },
    { offset: 3, key: Buffer.from('d'), sequence: 2 },
  ]);
  writer.close();
});

test('a second writer with the id fences the first, of which nothing appears any more', async () => {
  const zombie = await TransactionalWriter.open(kafka, id);
  await zombie.commit(both('before'));
  const writer = await TransactionalWriter.open(kafka, id);
  const failure = await failureOf(zombie.commit(both('zombie')));
  expect(failure).toMatchObject({ outcome: 'not-written', fenced: true });
  await writer.commit(both('after'));
  expect(await valuesIn(events)).toEqual(['before', 'after']);
  expect(await valuesIn(latest)).toEqual(['before', 'after']);
});

test('a writer that is fenced within its transaction commits none of it', async () => {
  const zombie = await TransactionalWriter.open(proxied, id);
  const produced = leaveOpen();
  const commit = failureOf(zombie.commit(both('zombie')));
  await produced;
  const writer = await TransactionalWriter.open(kafka, id);
  await writer.commit(both('winner'));
  zombie.close();
  expect(await commit).toMatchObject({ outcome: 'unknown', fenced: false });
  expect(await valuesIn(events)).toEqual(['winner']);
  expect(await valuesIn(latest)).toEqual(['winner']);
});

test('a lost reply to the end of a transaction leaves it unknown, and it is found in the log', async () => {
  const writer = await TransactionalWriter.open(proxied, id);
  await writer.commit(both('first'));
  proxy.faults = once('EndTxn', 'reply', 'reset');
  const failure = await failureOf(writer.commit(both('second', 'third')));
  expect(failure).toMatchObject({ outcome: 'unknown', fenced: false });
  await TransactionalWriter.open(kafka, id);
  const found = (await recordsIn(events)).filter((read) => belongsTo(failure.attempt, events, 0, read));
  expect(found.map(({ value }) => String(value))).toEqual(['second', 'third']);
});

test('a lost reply to a produce request leaves it unknown, and the next writer makes it void', async () => {
  const writer = await TransactionalWriter.open(proxied, id);
  await writer.commit(both('first'));
  proxy.faults = once('Produce', 'reply', 'reset');
  const failure = await failureOf(writer.commit(both('second')));
  expect(failure.outcome).toBe('unknown');
  expect((await recordsIn(events)).filter((read) => belongsTo(failure.attempt, events, 0, read))).toEqual([]);
  const next = await TransactionalWriter.open(kafka, id);
  await next.commit(both('third'));
  expect(await valuesIn(events)).toEqual(['first', 'third']);
});

test.each([
  ['AddPartitionsToTxn', 'not-written'],
  ['Produce', 'unknown'],
  ['EndTxn', 'unknown'],
] as const)('a hanging %s ends with the deadline, and the writer is dead', async (api, outcome) => {
  const writer = await TransactionalWriter.open(proxied, id, { deadlineMs: 300 });
  proxy.faults = always(api, 'reply', 'drop');
  const began = performance.now();
  expect(await failureOf(writer.commit(both('late')))).toMatchObject({ outcome, fenced: false });
  expect(performance.now() - began).toBeLessThan(1_000);
  proxy.faults = faultPlan([]);
  expect(await failureOf(writer.commit(both('later')))).toMatchObject({ outcome: 'not-written' });
});

test('a connection that is lost before anything was produced is made anew', async () => {
  const writer = await TransactionalWriter.open(proxied, id);
  await writer.commit(both('first'));
  proxy.resetAll();
  await writer.commit(both('second'));
  proxy.faults = once('AddPartitionsToTxn', 'request', 'reset');
  await writer.commit(both('third'));
  proxy.faults = once('AddPartitionsToTxn', 'reply', 'reset');
  await writer.commit(both('fourth'));
  expect(await valuesIn(events)).toEqual(['first', 'second', 'third', 'fourth']);
});

test('a batch that cannot be produced before the deadline is certainly not written', async () => {
  const writer = await TransactionalWriter.open(proxied, id, { deadlineMs: 300 });
  proxy.faults = always('AddPartitionsToTxn', 'request', 'reset');
  expect(await failureOf(writer.commit(both('never')))).toMatchObject({ outcome: 'not-written', fenced: false });
});

test('a batch that the broker refuses for its size is unknown, and void', async () => {
  const small = await freshTopic(kafka, { config: { 'max.message.bytes': '1000' } });
  const writer = await TransactionalWriter.open(kafka, id);
  const big = [{ topic: small, partition: 0, records: [record('big', 'x'.repeat(2_000))] }, ...both('with it')];
  const failure = await failureOf(writer.commit(big));
  expect(failure).toMatchObject({ outcome: 'unknown', fenced: false });
  expect(failure.message).toContain('MESSAGE_TOO_LARGE');
  await TransactionalWriter.open(kafka, id);
  expect(await valuesIn(events)).toEqual([]);
  expect(await valuesIn(small)).toEqual([]);
});

test('opening settles a transaction that was left open', async () => {
  const left = await TransactionalWriter.open(proxied, id);
  const produced = leaveOpen();
  const commit = failureOf(left.commit(both('left open')));
  await produced;
  left.close();
  await commit;
  const writer = await TransactionalWriter.open(kafka, id);
  expect([writer.producerId, writer.producerEpoch > left.producerEpoch]).toEqual([left.producerId, true]);
  expect(await valuesIn(events)).toEqual([]);
});

test('a malformed batch, or a second one at a time, is refused without any effect', async () => {
  const writer = await TransactionalWriter.open(kafka, id);
  await expect(writer.commit([])).rejects.toThrow(RangeError);
  await expect(writer.commit([...both('a'), ...both('a')])).rejects.toThrow(RangeError);
  await expect(writer.commit(both())).rejects.toThrow(RangeError);
  const commit = writer.commit(both('a'));
  await expect(writer.commit(both('b'))).rejects.toThrow(RangeError);
  await commit;
  expect(await valuesIn(events)).toEqual(['a']);
});

test('opening fails in time when no broker answers', async () => {
  const nobody = connectTo(['127.0.0.1:1']);
  await expect(TransactionalWriter.open(nobody, id, { openDeadlineMs: 200 })).rejects.toMatchObject({
    name: 'KafkaUnavailable',
    retriable: true,
  });
});
