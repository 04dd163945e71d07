import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { Deadline } from '../connection/deadline.ts';
import { requests } from '../connection/kafkajs-internals.ts';
import { isConcurrentTransactions, throwIfFailed } from '../connection/protocol-error.ts';
import { TransactionalWriter } from '../index.ts';
import type { KafkaConnection } from '../index.ts';
import { encodeRecordBatch } from '../records/record-batch.ts';
import { FaultProxy } from '../testing/fault-proxy/index.ts';
import { connectTo, freshId, freshTopic, record, testBrokers, until, valuesIn } from '../testing/kafka-under-test.ts';
import { produceRequest } from './produce-request.ts';
import { TransactionCoordinator } from './transaction-coordinator.ts';
import type { Outcome, ProducerEpoch } from './transaction-coordinator.ts';

jest.setTimeout(60_000);

let kafka: KafkaConnection;
let proxied: KafkaConnection;
let proxy: FaultProxy;
let marked: string;
let forgotten: string;
let id: string;

beforeAll(async () => {
  kafka = connectTo();
  proxy = await FaultProxy.start(testBrokers);
  proxied = connectTo(proxy.addresses);
  await letProduceUnannounced(true);
});

beforeEach(async () => {
  [marked, forgotten] = [await freshTopic(kafka), await freshTopic(kafka)];
  id = freshId();
});

afterAll(async () => {
  await letProduceUnannounced(false);
  kafka.close();
  proxied.close();
  proxy.close();
});

const owns = () => [marked, forgotten].map((topic) => ({ topic, partition: 0 }));

/** The broker does not ask the coordinator any more whether a partition belongs to the transaction that writes to it. */
async function letProduceUnannounced(allowed: boolean): Promise<void> {
  const client = kafka.openClient();
  const configEntries = [
    { name: 'transaction.partition.verification.enable', value: String(!allowed) },
    // The request replaces all, and the brokers do not let this one go.
    { name: 'min.insync.replicas', value: '1' },
  ];
  const request = requests.AlterConfigs.protocol({ version: 1 })({ resources: [{ type: 4, name: '', configEntries }] });
  const { resources } = await client.send(await client.anyBroker(), request);
  for (const { errorCode, errorMessage } of resources) throwIfFailed(errorCode, errorMessage ?? 'broker settings');
  kafka.closeClient(client);
}

/**
 * What a broker does that crashes between the end of a transaction and its markers: the coordinator calls it ended, and one of
 * its partitions has no marker. Here because the coordinator was never told of that partition.
 */
async function forgetMarker(producer: ProducerEpoch, outcome: Outcome, value: string): Promise<void> {
  const client = kafka.openClient();
  const coordinator = new TransactionCoordinator(client, id);
  const batches = [marked, forgotten].map((topic) => ({
    topic,
    partition: 0,
    batch: encodeRecordBatch([record('k', value)], { ...producer, firstSequence: 0 }),
  }));
  const add = () => coordinator.addPartitions(producer, [{ topic: marked, partition: 0 }]);
  await new Deadline(10_000).retry('add a partition', add, isConcurrentTransactions);
  for (const batch of batches) {
    const leader = await client.leaderOf(batch.topic, 0);
    const { topics } = await client.send(
      leader,
      produceRequest(id, [batch], 5_000, () => undefined),
    );
    throwIfFailed(topics[0]!.partitions[0]!.errorCode, batch.topic);
  }
  await coordinator.end(producer, outcome);
  kafka.closeClient(client);
}

test.each<[Outcome, string[]]>([
  ['commit', ['a']],
  ['abort', []],
])('a transaction that ended in a %s ends so wherever its marker is missing', async (outcome, values) => {
  await forgetMarker(await TransactionalWriter.open(kafka, id), outcome, 'a');
  await until(async () => (await valuesIn(kafka, marked)).length === values.length);
  expect(await valuesIn(kafka, forgotten)).toEqual([]);
  const writer = await TransactionalWriter.open(kafka, id, { owns: owns() });
  expect(await valuesIn(kafka, forgotten)).toEqual(values);
  await writer.commit(owns().map((partition) => ({ ...partition, records: [record('k', 'b')] })));
  await until(async () => (await valuesIn(kafka, forgotten)).includes('b'));
  expect(await valuesIn(kafka, forgotten)).toEqual([...values, 'b']);
  expect(await valuesIn(kafka, marked)).toEqual([...values, 'b']);
  writer.close();
});

test('a writer that has lost a connection makes sure of what it has committed before it writes again', async () => {
  const other = await freshTopic(kafka);
  const writer = await TransactionalWriter.open(proxied, id, { owns: owns() });
  await writer.commit([{ topic: other, partition: 0, records: [record('k', 'before')] }]);
  await forgetMarker(writer, 'commit', 'a');
  await writer.commit([{ topic: other, partition: 0, records: [record('k', 'unaware')] }]);
  proxy.resetAll();
  expect(await valuesIn(kafka, forgotten)).toEqual([]);
  await writer.commit([{ topic: other, partition: 0, records: [record('k', 'after')] }]);
  expect(await valuesIn(kafka, forgotten)).toEqual(['a']);
  writer.close();
});
