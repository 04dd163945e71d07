// Back-to-back transactions of our writer against those of kafkajs' producer, in one run on one broker. What counts is
// the ratio: both share the machine with the broker.
//   KAFKA_BROKERS=127.0.0.1:9092 npm run bench -- transactions
import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { Topics, TransactionalWriter } from '#mechanisms/kafka/index';
import type { PartitionRecords } from '#mechanisms/kafka/index';
import { connectKafka } from './bench-kafka.ts';

const SECONDS = 5;
const EVENTS_PER_TRANSACTION = [1, 100, 300];

type Commit = (batch: readonly PartitionRecords[]) => Promise<unknown>;

const brokers = (process.env['KAFKA_BROKERS'] ?? '127.0.0.1:9092').split(',');
const kafka = connectKafka(...brokers);
const run = randomUUID();
const [events, latest] = [`bench-events-${run}`, `bench-latest-${run}`];
const topic = { partitions: 1, replicationFactor: 1 };
await new Topics(kafka).ensure([
  { ...topic, name: events, config: {} },
  { ...topic, name: latest, config: { 'cleanup.policy': 'compact' } },
]);

/** An event and the latest state of its entity each, about as big as an order's. */
function batchOf(count: number): PartitionRecords[] {
  const record = (size: number) => ({ key: randomUUID(), value: Buffer.alloc(size, 7), timestamp: Date.now() });
  const headers = {
    ce_specversion: '1.0',
    ce_id: randomUUID(),
    ce_source: '/factstream/order',
    ce_type: 'OrderPlaced',
  };
  return [
    { topic: events, partition: 0, records: Array.from({ length: count }, () => ({ ...record(200), headers })) },
    { topic: latest, partition: 0, records: Array.from({ length: count }, () => record(400)) },
  ];
}

async function measure(commit: Commit, count: number) {
  const batch = batchOf(count);
  for (const end = performance.now() + 1_000; performance.now() < end;) await commit(batch);
  const durations: number[] = [];
  const began = performance.now();
  while (performance.now() - began < SECONDS * 1_000) {
    const start = performance.now();
    await commit(batch);
    durations.push(performance.now() - start);
  }
  const seconds = (performance.now() - began) / 1_000;
  const at = (share: number) => durations.sort((a, b) => a - b)[Math.floor(durations.length * share)]!;
  return { perSecond: (durations.length * count) / seconds, p50: at(0.5), p99: at(0.99) };
}

const opening = performance.now();
const writer = await TransactionalWriter.open(kafka, `bench-${run}`);
console.log(`our writer opened in ${(performance.now() - opening).toFixed(0)} ms`);

const peer = new Kafka({ brokers, clientId: 'bench', logLevel: logLevel.NOTHING });
const producer = peer.producer({ transactionalId: `bench-kafkajs-${run}`, maxInFlightRequests: 1 });
await producer.connect();
const commitWithKafkajs: Commit = async (batch) => {
  const transaction = await producer.transaction();
  const topicMessages = batch.map(({ topic, partition, records }) => ({
    topic,
    messages: records.map(({ timestamp, ...message }) => ({ ...message, partition, timestamp: String(timestamp) })),
  }));
  await transaction.sendBatch({ topicMessages, acks: -1 });
  await transaction.commit();
};

console.log(
  'events per transaction |      our writer (events/s, p50, p99) |         kafkajs (events/s, p50, p99) | ratio',
);
for (const count of EVENTS_PER_TRANSACTION) {
  const ours = await measure((batch) => writer.commit(batch), count);
  const theirs = await measure(commitWithKafkajs, count);
  const cell = ({ perSecond, p50, p99 }: typeof ours) =>
    `${perSecond.toFixed(0).padStart(10)} ${p50.toFixed(1).padStart(8)} ms ${p99.toFixed(1).padStart(8)} ms`.padStart(
      36,
    );
  console.log(
    `${String(count).padStart(22)} | ${cell(ours)} | ${cell(theirs)} | ${(ours.perSecond / theirs.perSecond).toFixed(1)}`,
  );
}
writer.close();
await producer.disconnect();
kafka.close();
