import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { KafkaConnection, Topics } from '../index.ts';
import type { TopicSpec } from '../index.ts';
import { connectTo, freshId, testBrokers } from '../testing/kafka-under-test.ts';
import { describeConfigs } from './topic-requests.ts';

jest.setTimeout(60_000);

let kafka: KafkaConnection;
let topics: Topics;

beforeAll(() => {
  kafka = connectTo();
  topics = new Topics(kafka);
});

afterAll(() => kafka.close());

const spec = (config: Record<string, string> = {}): TopicSpec => ({
  name: freshId(),
  partitions: 3,
  replicationFactor: 1,
  config: { 'cleanup.policy': 'compact', 'min.insync.replicas': '1', ...config },
});

async function settingsOf(name: string): Promise<Record<string, string>> {
  const client = kafka.openClient();
  const config = await describeConfigs(client, [name]);
  kafka.closeClient(client);
  return Object.fromEntries(config.get(name)!);
}

test('a missing topic is created as its spec says', async () => {
  const wanted = spec({ 'retention.ms': '-1' });
  await topics.ensure([wanted]);
  await topics.check([wanted]);
  expect(await settingsOf(wanted.name)).toMatchObject(wanted.config);
});

test('it can be repeated, and run twice at once', async () => {
  const wanted = [spec(), spec()];
  await Promise.all([topics.ensure(wanted), topics.ensure(wanted), topics.ensure(wanted)]);
  await topics.ensure(wanted);
  await topics.check(wanted);
});

test('settings that differ are repaired, and others stay', async () => {
  const before = spec({ 'retention.ms': '1000', 'segment.bytes': '2000000' });
  await topics.ensure([before]);
  await topics.ensure([{ ...before, config: { 'cleanup.policy': 'delete', 'retention.ms': '-1' } }]);
  expect(await settingsOf(before.name)).toEqual({
    'cleanup.policy': 'delete',
    'min.insync.replicas': '1',
    'retention.ms': '-1',
    'segment.bytes': '2000000',
  });
});

test('another partition count is refused before anything is changed', async () => {
  const existing = spec();
  const missing = spec();
  await topics.ensure([existing]);
  const ensured = topics.ensure([missing, { ...existing, partitions: 5, config: { 'retention.ms': '7' } }]);
  await expect(ensured).rejects.toMatchObject({
    name: 'TopicMismatch',
    message: `The topic ${existing.name} has 3 partitions, not 5; the count is fixed when a topic is created.`,
  });
  expect(await settingsOf(existing.name)).not.toHaveProperty('retention.ms');
  await expect(topics.check([missing])).rejects.toMatchObject({
    name: 'TopicMismatch',
    message: `The topic ${missing.name} does not exist; run the deploy step.`,
  });
  await expect(topics.check([{ ...existing, partitions: 5 }])).rejects.toMatchObject({ name: 'TopicMismatch' });
});

test('a setting that Kafka refuses is told with its reason', async () => {
  await expect(topics.ensure([spec({ 'retention.ms': 'for ever' })])).rejects.toThrow(/retention.ms/);
});

test('without an answer it gives up at the deadline', async () => {
  const nobody = connectTo(['127.0.0.1:1']);
  await expect(new Topics(nobody, { deadlineMs: 200 }).check([spec()])).rejects.toMatchObject({
    name: 'KafkaUnavailable',
  });
  await expect(nobody.connect(200)).rejects.toMatchObject({ name: 'KafkaUnavailable' });
  await connectTo(['127.0.0.1:1', ...testBrokers]).connect();
});
