// A million records from Kafka into memory by our reader, against kafkajs' consumer with its best settings.
//   npm run bench -- read
import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';
import { KafkaConnection, PartitionReader, Topics, TransactionalWriter } from '#mechanisms/kafka/index';
import { connectKafka } from './bench-kafka.ts';
import { BenchStack } from './bench-stack.ts';

const RECORDS = 1_000_000;
const VALUE_BYTES = 100;
const RECORDS_PER_TRANSACTION = 5_000;
const PARTITIONS = [1, 3];
const ROUNDS = 3;
const FETCH_BYTES = 32 * 1024 * 1024;

type Image = Map<string, Buffer | null>;
type Read = (topic: string, partitions: number) => Promise<{ image: Image; milliseconds: number }>;

interface Cost {
  readonly milliseconds: number;
  readonly cpuMilliseconds: number;
}

async function write(kafka: KafkaConnection, topic: string, partitions: number): Promise<void> {
  await new Topics(kafka).ensure([{ name: topic, partitions, replicationFactor: 1, config: {} }]);
  const writer = await TransactionalWriter.open(kafka, topic);
  const value = Buffer.alloc(VALUE_BYTES, 7);
  for (let written = 0; written < RECORDS; written += RECORDS_PER_TRANSACTION) {
    const ids = Array.from({ length: RECORDS_PER_TRANSACTION }, (_, index) => written + index);
    const ofPartition = Map.groupBy(ids, (id) => id % partitions);
    const recordOf = (id: number) => ({ key: `key-${id}`, value, timestamp: 1_700_000_000_000 + id });
    await writer.commit(
      [...ofPartition].map(([partition, some]) => ({ topic, partition, records: some.map(recordOf) })),
    );
  }
  writer.close();
}

/** All partitions at once, as a process that takes them over does. */
const readWithOurs =
  (kafka: KafkaConnection): Read =>
  async (topic, partitions) => {
    const image: Image = new Map();
    const started = performance.now();
    const reader = new PartitionReader(kafka);
    const readOne = async (partition: number) => {
      const end = await reader.endOffset(topic, partition);
      for await (const records of reader.read(topic, partition, 0, end)) {
        for (const { key, value } of records) image.set(key!.toString(), value);
      }
    };
    await Promise.all(Array.from({ length: partitions }, (_, partition) => readOne(partition)));
    reader.close();
    return { image, milliseconds: performance.now() - started };
  };

/** Without the time that its group takes to form. */
const readWithKafkajs =
  (brokers: string): Read =>
  async (topic) => {
    const image: Image = new Map();
    const peer = new Kafka({ brokers: [brokers], clientId: 'bench', logLevel: logLevel.NOTHING });
    const consumer = peer.consumer({
      groupId: randomUUID(),
      maxBytes: FETCH_BYTES,
      maxBytesPerPartition: FETCH_BYTES,
      maxWaitTimeInMs: 100,
    });
    const joined = new Promise<number>((resolve) => {
      consumer.on(consumer.events.GROUP_JOIN, () => resolve(performance.now()));
    });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    const ended = new Promise<number>((resolve, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => payload.restart || reject(payload.error));
      const eachBatch = ({ batch }: { batch: { messages: { key: Buffer | null; value: Buffer | null }[] } }) => {
        for (const { key, value } of batch.messages) image.set(key!.toString(), value);
        if (image.size === RECORDS) resolve(performance.now());
        return Promise.resolve();
      };
      void consumer.run({ partitionsConsumedConcurrently: 3, eachBatch }).catch(reject);
    });
    const milliseconds = (await ended) - (await joined);
    await consumer.disconnect();
    return { image, milliseconds };
  };

async function measured(read: Read, topic: string, partitions: number): Promise<Cost> {
  const before = process.cpuUsage();
  const { image, milliseconds } = await read(topic, partitions);
  const { user, system } = process.cpuUsage(before);
  if (image.size !== RECORDS) throw new Error(`${image.size} records of ${RECORDS}`);
  return { milliseconds, cpuMilliseconds: (user + system) / 1_000 };
}

const cell = ({ milliseconds, cpuMilliseconds }: Cost) =>
  [milliseconds, cpuMilliseconds].map((value) => `${value.toFixed(0).padStart(6)} ms`).join(' ');
const ratio = (theirs: number, ours: number) => (theirs / ours).toFixed(1).padStart(5);

await BenchStack.use(async ({ addresses }) => {
  const kafka = connectKafka(addresses.kafka);
  console.log('partitions | ours (time, CPU)    | kafkajs (time, CPU) | ratio of times, of CPU');
  for (const partitions of PARTITIONS) {
    const topic = `bench-read-${partitions}`;
    await write(kafka, topic, partitions);
    for (let round = 0; round < ROUNDS; round += 1) {
      const ours = await measured(readWithOurs(kafka), topic, partitions);
      const theirs = await measured(readWithKafkajs(addresses.kafka), topic, partitions);
      const ratios = [
        ratio(theirs.milliseconds, ours.milliseconds),
        ratio(theirs.cpuMilliseconds, ours.cpuMilliseconds),
      ];
      console.log(`${String(partitions).padStart(10)} | ${cell(ours)} | ${cell(theirs)} | ${ratios.join(' ')}`);
    }
  }
  kafka.close();
  console.log('goal on two quiet cores: about a second');
});
