import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { PartitionReader, TransactionalWriter } from '../index.ts';
import type { FollowedChunk, KafkaConnection } from '../index.ts';
import { Api, faultPlan, FaultProxy } from '../testing/fault-proxy/index.ts';
import { connectTo, freshId, freshTopic, record, testBrokers } from '../testing/kafka-under-test.ts';

jest.setTimeout(60_000);

let kafka: KafkaConnection;
let proxied: KafkaConnection;
let proxy: FaultProxy;

beforeAll(async () => {
  kafka = connectTo();
  proxy = await FaultProxy.start(testBrokers);
  proxied = connectTo(proxy.addresses);
});

afterEach(() => {
  proxy.faults = faultPlan([]);
});

afterAll(() => {
  kafka.close();
  proxied.close();
  proxy.close();
});

type Following = AsyncGenerator<FollowedChunk, void, void>;

const freshTopics = () => Promise.all([1, 2, 3].map(() => freshTopic(kafka)));

const leave = (followers: readonly Following[]) => Promise.all(followers.map((following) => following.return()));

/** Reads on until the follower has brought so many records, and answers their keys. */
async function keysOf(following: Following, count: number): Promise<string[]> {
  const keys: string[] = [];
  while (keys.length < count) {
    const { value } = await following.next();
    keys.push(...value!.records.map(({ key }) => String(key)));
  }
  return keys;
}

test('followers of one reader share their fetches', async () => {
  let fetches = 0;
  proxy.faults = ({ direction, apiKey }) => {
    fetches += Number(direction === 'request' && apiKey === Api.Fetch);
    return 'pass';
  };
  const reader = new PartitionReader(proxied, { maxWaitMs: 50 });
  const followers = (await freshTopics()).map((topic) => reader.follow(topic, 0, 0));
  const chunks = 10;
  await Promise.all(
    followers.map(async (following) => {
      for (let count = 0; count < chunks; count += 1) await following.next();
    }),
  );
  expect(fetches).toBeLessThan(2 * chunks);
  await leave(followers);
});

test('each gets its own records once and in order, though connections are lost', async () => {
  const topics = await freshTopics();
  let fetches = 0;
  proxy.faults = ({ direction, apiKey }) =>
    direction === 'reply' && apiKey === Api.Fetch && fetches++ % 3 === 0 ? 'reset' : 'pass';
  const reader = new PartitionReader(proxied, { maxBytes: 200 });
  const followers = topics.map((topic) => reader.follow(topic, 0, 0));
  const following = followers.map((one) => keysOf(one, 20));
  const writer = await TransactionalWriter.open(kafka, freshId());
  const keys = Array.from({ length: 20 }, (_, index) => `${index}`);
  for (const key of keys) {
    await writer.commit(topics.map((topic) => ({ topic, partition: 0, records: [record(key)] })));
  }
  expect(await Promise.all(following)).toEqual([keys, keys, keys]);
  writer.close();
  await leave(followers);
});

test('one that is busy holds up the others for a moment only', async () => {
  const topics = await freshTopics();
  const reader = new PartitionReader(kafka, { maxWaitMs: 30_000 });
  const [busy, ...others] = topics.map((topic) => reader.follow(topic, 0, 0));
  const writer = await TransactionalWriter.open(kafka, freshId());
  const commit = (key: string) =>
    writer.commit(topics.map((topic) => ({ topic, partition: 0, records: [record(key)] })));
  await commit('a');
  for (const following of [busy!, ...others]) expect(await keysOf(following, 1)).toEqual(['a']);
  await commit('b');
  expect(await Promise.all(others.map((following) => keysOf(following, 1)))).toEqual([['b'], ['b']]);
  expect(await keysOf(busy!, 1)).toEqual(['b']);
  writer.close();
  await leave([busy!, ...others]);
});

test('an offset that one partition does not hold fails its follower alone', async () => {
  const [missing, present] = await freshTopics();
  const reader = new PartitionReader(kafka, { maxWaitMs: 50 });
  const [lost, fine] = [reader.follow(missing!, 0, 17), reader.follow(present!, 0, 0)];
  const begun = fine.next();
  await expect(lost.next()).rejects.toMatchObject({
    name: 'TopicMismatch',
    message: `${missing}-0 has no offset 17: it was truncated, or the topic was made anew.`,
  });
  expect((await begun).value).toMatchObject({ records: [], nextOffset: 0 });
  expect((await fine.next()).value).toMatchObject({ records: [], nextOffset: 0 });
  await leave([fine]);
});

test('without an answer a follower gives up at the deadline, and can begin again', async () => {
  const topic = await freshTopic(kafka);
  const reader = new PartitionReader(proxied, { deadlineMs: 200, maxWaitMs: 50 });
  proxy.faults = faultPlan([{ api: 'Fetch', direction: 'reply', fate: 'reset' }]);
  await expect(reader.follow(topic, 0, 0).next()).rejects.toMatchObject({ name: 'KafkaUnavailable', retriable: true });
  proxy.faults = faultPlan([]);
  const again = reader.follow(topic, 0, 0);
  expect((await again.next()).value).toMatchObject({ nextOffset: 0 });
  await leave([again]);
});
