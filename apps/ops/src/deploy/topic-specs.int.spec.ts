import { randomUUID } from 'node:crypto';
import { Producer, stringSerializers } from '@platformatic/kafka';
import { afterAll, expect, test } from '@jest/globals';
import { PartitionReader, Topics } from '#mechanisms/kafka/index';
import { testKafka } from '#mechanisms/testing/kafka';
import { tallyModel } from '#mechanisms/testing/tally';
import { topicSpecs } from './topic-specs.ts';

const kafka = testKafka();
afterAll(() => kafka.close());

test('what a stranger writes compressed, with whatever codec, can be read', async () => {
  const { entity } = tallyModel(`tally${randomUUID().slice(0, 8)}`);
  const topic = entity.events.topic;
  const config = { partitions: 1, replicationFactor: 1, minInSyncReplicas: 1 };
  const specs = topicSpecs([entity], config).filter(({ name }) => name === topic);
  await new Topics(kafka).ensure(specs);
  // oxlint-disable-next-line no-restricted-properties -- how Jest's global set-up hands over what it started
  const bootstrapBrokers = process.env['TEST_KAFKA_BROKERS']!.split(',');
  const producer = new Producer({ clientId: 'stranger', bootstrapBrokers, serializers: stringSerializers });
  const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
  for (const compression of codecs) {
    await producer.send({ messages: [{ topic, partition: 0, key: 'k', value: compression }], compression });
  }
  await producer.close();
  const reader = new PartitionReader(kafka);
  const chunks = await Array.fromAsync(reader.read(topic, 0, 0, codecs.length));
  expect(chunks.flat().map(({ value }) => String(value))).toEqual(codecs);
});
