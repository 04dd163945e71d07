import { afterEach, expect, jest, test } from '@jest/globals';
import { Admin } from '@platformatic/kafka';
import { TransactionalWriter } from '../../index.ts';
import { connectTo, freshId, freshTopic, record, testBrokers, until, valuesIn } from '../kafka-under-test.ts';
import { EchoBroker, EchoClient } from './echo-broker.ts';
import { faultPlan, FaultProxy } from './index.ts';

jest.setTimeout(60_000);

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function proxyTo(...brokers: string[]): Promise<FaultProxy> {
  const proxy = await FaultProxy.start(brokers);
  closing.push(() => proxy.close());
  return proxy;
}

async function stubs() {
  const brokers = [new EchoBroker(), new EchoBroker()] as const;
  closing.push(() => brokers.forEach((broker) => broker.close()));
  const names = [await brokers[0].listen(), await brokers[1].listen()] as const;
  const proxy = await proxyTo(...names);
  const clientOf = (index: 0 | 1): EchoClient => {
    const client = new EchoClient(proxy.addresses[index]!);
    closing.push(() => client.close());
    return client;
  };
  return { brokers, names, proxy, clientOf };
}

test('each broker has a port of its own, and answers come back to who asked', async () => {
  const { brokers, clientOf } = await stubs();
  const [first, second] = [clientOf(0), clientOf(1)];
  first.send(1);
  second.send(2);
  first.send(3);
  await until(() => first.answered.length === 2 && second.answered.length === 1);
  expect([first.answered, second.answered]).toEqual([[1, 3], [2]]);
  expect(brokers.map(({ received }) => received)).toEqual([[1, 3], [2]]);
});

test('a dropped request does not arrive, a dropped reply only at the client, and the connection stays', async () => {
  const { brokers, proxy, clientOf } = await stubs();
  proxy.faults = faultPlan([
    { api: 'EndTxn', direction: 'request', nth: 1, fate: 'drop' },
    { api: 'EndTxn', direction: 'reply', nth: 1, fate: 'drop' },
  ]);
  const client = clientOf(0);
  for (const id of [1, 2, 3]) client.send(id);
  await until(() => client.answered.includes(3));
  expect([brokers[0].received, client.answered, client.ended]).toEqual([[2, 3], [3], undefined]);
});

test.each(['request', 'reply'] as const)('a reset instead of a %s ends both sides', async (direction) => {
  const { brokers, proxy, clientOf } = await stubs();
  proxy.faults = faultPlan([{ api: 'Produce', direction, nth: 1, fate: 'reset' }]);
  const client = clientOf(0);
  client.send(1, 'EndTxn');
  await until(() => client.answered.length === 1);
  client.send(2, 'Produce');
  await until(() => client.ended !== undefined);
  expect(client.ended).toBe('ECONNRESET');
  expect(client.answered).toEqual([1]);
  expect(brokers[0].received).toEqual(direction === 'request' ? [1] : [1, 2]);
});

test('what is held back holds back what is behind it in its direction, and nothing else', async () => {
  const { brokers, proxy, clientOf } = await stubs();
  const hold = Promise.withResolvers<void>();
  proxy.faults = faultPlan([{ api: 'Produce', direction: 'reply', nth: 1, fate: { until: hold.promise } }]);
  const [client, other] = [clientOf(0), clientOf(0)];
  client.send(1, 'Produce');
  client.send(2);
  other.send(3);
  await until(() => brokers[0].received.length === 3 && other.answered.length === 1);
  expect(client.answered).toEqual([]);
  hold.resolve();
  await until(() => client.answered.length === 2);
  expect(client.answered).toEqual([1, 2]);
});

test('a delayed message arrives late', async () => {
  const { proxy, clientOf } = await stubs();
  proxy.faults = faultPlan([{ api: 'EndTxn', direction: 'request', nth: 1, fate: { delayMs: 200 } }]);
  const client = clientOf(0);
  const began = performance.now();
  client.send(1);
  await until(() => client.answered.length === 1);
  expect(performance.now() - began).toBeGreaterThan(190);
});

test('a partition lets nothing through until it is healed; then all arrives, even of one that is gone', async () => {
  const { brokers, proxy, clientOf } = await stubs();
  const [client, gone] = [clientOf(0), clientOf(0)];
  client.send(1);
  gone.send(2);
  await until(() => client.answered.length + gone.answered.length === 2);
  proxy.partition();
  client.send(3);
  gone.send(4);
  gone.close();
  await until(() => gone.ended !== undefined);
  expect(new Set(brokers[0].received)).toEqual(new Set([1, 2]));
  proxy.heal();
  await until(() => brokers[0].received.length === 4 && client.answered.length === 2);
  expect(new Set(brokers[0].received)).toEqual(new Set([1, 2, 3, 4]));
});

test('a partition may concern one broker, one client or one direction', async () => {
  const { brokers, names, proxy, clientOf } = await stubs();
  proxy.partition({ broker: names[1] });
  proxy.partition({ client: 'cut off' });
  proxy.partition({ client: 'deaf', direction: 'reply' });
  const [free, elsewhere, cutOff, deaf] = [clientOf(0), clientOf(1), clientOf(0), clientOf(0)];
  elsewhere.send(1);
  cutOff.send(2, 'EndTxn', 'cut off');
  deaf.send(3, 'EndTxn', 'deaf');
  await until(() => brokers[0].received.includes(3));
  free.send(4);
  await until(() => free.answered.length === 1);
  expect(brokers.map(({ received }) => received)).toEqual([[3, 4], []]);
  expect([elsewhere, cutOff, deaf].flatMap(({ answered }) => answered)).toEqual([]);
});

test('a client sees that the broker has died, or cannot be reached', async () => {
  const { brokers, clientOf } = await stubs();
  const client = clientOf(0);
  client.send(1);
  await until(() => client.answered.length === 1);
  brokers[0].close();
  await until(() => client.ended !== undefined);
  const late = clientOf(0);
  await until(() => late.ended !== undefined);
});

test('clients of two kinds stay with the proxy in front of a real broker', async () => {
  const proxy = await proxyTo(...testBrokers);
  const passed = new Set<string>();
  proxy.faults = ({ direction, clientId, apiKey }) => {
    if (direction === 'request') passed.add(`${clientId}-${apiKey}`);
    return 'pass';
  };
  const kafka = connectTo(proxy.addresses);
  closing.push(() => kafka.close());
  const topic = await freshTopic(kafka);
  const id = freshId();
  const writer = await TransactionalWriter.open(kafka, id);
  await writer.commit([{ topic, partition: 0, records: [record('a')] }]);
  (await TransactionalWriter.open(kafka, id)).close();
  expect(await valuesIn(kafka, topic)).toEqual(['a']);
  expect([0, 1, 2, 3, 10, 22, 24, 26].filter((apiKey) => !passed.has(`test-${apiKey}`))).toEqual([]);

  const admin = new Admin({ clientId: 'other', bootstrapBrokers: proxy.addresses });
  closing.push(() => admin.close());
  const { brokers } = await admin.metadata({ topics: [topic] });
  expect([...brokers.values()].map(({ host, port }) => `${host}:${port}`)).toEqual(proxy.addresses);
});
