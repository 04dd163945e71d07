import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { KafkaConnection, PartitionReader, Topics } from '../index.ts';
import type { LogRecord, OutgoingRecord } from '../index.ts';

// oxlint-disable-next-line no-restricted-properties -- how Jest's global set-up hands over what it started
export const testBrokers = (process.env['TEST_KAFKA_BROKERS'] ?? '').split(',');

const silent = { debug() {}, info() {}, warn() {}, error() {} };

export const connectTo = (brokers: readonly string[] = testBrokers): KafkaConnection =>
  new KafkaConnection({ brokers, clientId: 'test' }, silent);

/** A new topic, ready for writes. */
export async function freshTopic(
  kafka: KafkaConnection,
  { partitions = 1, config = {} }: { partitions?: number; config?: Record<string, string> } = {},
): Promise<string> {
  const name = `test-${randomUUID()}`;
  await new Topics(kafka).ensure([{ name, partitions, replicationFactor: 1, config }]);
  return name;
}

export const freshId = (): string => `test-${randomUUID()}`;

export const record = (key: string, value: string | null = key): OutgoingRecord => ({
  key,
  value: value === null ? null : Buffer.from(value),
  timestamp: 1_700_000_000_000,
});

/** The values of a partition's committed records, from the start to the stable end. */
export async function valuesIn(kafka: KafkaConnection, topic: string, partition = 0): Promise<string[]> {
  return (await recordsIn(kafka, topic, partition)).map(({ value }) => String(value));
}

export async function recordsIn(kafka: KafkaConnection, topic: string, partition = 0): Promise<LogRecord[]> {
  const reader = new PartitionReader(kafka);
  const records: LogRecord[] = [];
  const end = await reader.endOffset(topic, partition);
  const start = await reader.startOffset(topic, partition);
  for await (const batch of reader.read(topic, partition, start, end)) records.push(...batch);
  reader.close();
  return records;
}

export async function until(condition: () => boolean | Promise<boolean>, deadlineMs = 20_000): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`Not so within ${deadlineMs} ms: ${String(condition)}`);
    await sleep(20);
  }
}
