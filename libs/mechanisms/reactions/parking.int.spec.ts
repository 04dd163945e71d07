import { afterAll, beforeAll } from '@jest/globals';
import { KafkaPartitionLog } from '#mechanisms/event-store/index';
import { Topics } from '#mechanisms/kafka/index';
import { Stranger } from '#mechanisms/kafka/testing/stranger';
import { testKafka } from '#mechanisms/testing/kafka';
import { kafkaSources } from './kafka-sources.ts';
import { describeParking } from './parking.contract.ts';

const kafka = testKafka();
const stranger = new Stranger();
beforeAll(() => stranger.connect());
afterAll(async () => {
  await stranger.disconnect();
  kafka.close();
});

describeParking('Kafka', async ({ source, reacting }) => {
  const { events, latest, control } = reacting.entity;
  const letters = `${source.entity.events.topic}-dlq`;
  await new Topics(kafka).ensure(
    [source.entity.events.topic, letters, events.topic, latest.topic, control.topic].map((name) => ({
      name,
      partitions: 2,
      replicationFactor: 1,
      config: { 'cleanup.policy': name.endsWith('events') || name === letters ? 'delete' : 'compact' },
    })),
  );
  return {
    partitionOf: (_, partition) => new KafkaPartitionLog(kafka, reacting.entity, partition),
    sources: () => kafkaSources(kafka, [{ source: source.entity, eventType: '', react: () => [] }], 2),
    write: async (topic, partition, { timestamp, ...record }) => {
      const message = { ...record, headers: { ...record.headers }, timestamp: String(timestamp) };
      await stranger.write(topic, partition, message);
    },
  };
});
