import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { PartitionReader, PositionLost, Subscription, TransactionalWriter } from '../index.ts';
import type { Batch, KafkaConnection, SubscriptionOptions } from '../index.ts';
import { faultPlan, FaultProxy } from '../testing/fault-proxy/index.ts';
import { connectTo, freshId, freshTopic, record, testBrokers, until } from '../testing/kafka-under-test.ts';

jest.setTimeout(60_000);

let kafka: KafkaConnection;
let proxied: KafkaConnection;
let proxy: FaultProxy;
let topic: string;
let groupId: string;
let writer: TransactionalWriter;
const started: Subscription[] = [];

beforeAll(async () => {
  kafka = connectTo();
  proxy = await FaultProxy.start(testBrokers);
  proxied = connectTo(proxy.addresses);
});

beforeEach(async () => {
  proxy.faults = faultPlan([]);
  topic = await freshTopic(kafka, { partitions: 2 });
  groupId = freshId();
  writer = await TransactionalWriter.open(kafka, freshId());
});

afterEach(async () => {
  await Promise.all(started.splice(0).map((subscription) => subscription.stop()));
  writer.close();
});

afterAll(() => {
  kafka.close();
  proxied.close();
  proxy.close();
});

/** What a projection is to a subscription: positions and values that move together, by compare-and-set. */
class Table {
  readonly positions = new Map<number, number>();
  readonly values = new Map<number, string[]>([
    [0, []],
    [1, []],
  ]);
  readonly batches: Batch[] = [];

  position(partition: number): number {
    return this.positions.get(partition) ?? 0;
  }

  apply(batch: Batch): void {
    if (this.position(batch.partition) !== batch.fromOffset) throw new PositionLost('not there any more');
    this.batches.push(batch);
    this.positions.set(batch.partition, batch.nextOffset);
    this.values.get(batch.partition)!.push(...batch.records.map(({ value }) => String(value)));
  }
}

function subscribe(table: Table, options: Partial<SubscriptionOptions> = {}, connection = kafka): Subscription {
  const subscription = new Subscription(connection, {
    groupId,
    topics: [topic],
    positionOf: (_topic, partition) => Promise.resolve(table.position(partition)),
    onBatch: (batch) => Promise.resolve(table.apply(batch)),
    maxWaitMs: 100,
    ...options,
  });
  started.push(subscription);
  void subscription.start();
  return subscription;
}

async function commit(partition: number, ...values: string[]): Promise<void> {
  await writer.commit([{ topic, partition, records: values.map((value) => record(value)) }]);
}

const isHeld = (subscription: Subscription, count: number) => () =>
  subscription.status().filter(({ position }) => position >= 0).length === count;

test('every record comes once and in order, and positions pass the markers', async () => {
  const table = new Table();
  await commit(0, 'a', 'b');
  await commit(0, 'c');
  const subscription = subscribe(table);
  await until(() => table.position(0) === 5);
  await commit(1, 'd');
  await commit(0, 'e');
  await until(() => table.position(0) === 7 && table.position(1) === 2);
  expect(table.values.get(0)).toEqual(['a', 'b', 'c', 'e']);
  expect(table.values.get(1)).toEqual(['d']);
  await until(() => subscription.status().every(({ lag }) => lag === 0));
  expect(subscription.status()).toEqual([
    { topic, partition: 0, position: 7, highWatermark: 7, lag: 0, state: 'running' },
    { topic, partition: 1, position: 2, highWatermark: 2, lag: 0, state: 'running' },
  ]);
});

test('a little news gathers until somebody waits for it, and is delivered as one', async () => {
  const table = new Table();
  const subscription = subscribe(table, { gathering: { durationMs: 3_600_000, isAwaited: () => false } });
  await until(isHeld(subscription, 2));
  await commit(0, 'a');
  await until(() => table.values.get(0)!.length === 1);
  await commit(0, 'b');
  await commit(0, 'c');
  await until(async () => (await new PartitionReader(kafka).endOffset(topic, 0)) === 6);
  expect(table.values.get(0)).toEqual(['a']);
  await until(() => {
    subscription.hurry();
    return table.values.get(0)!.length === 3;
  });
  expect(table.batches.filter(({ records }) => records.length > 0)).toHaveLength(2);
});

test('it begins where the position is, whatever the group has committed', async () => {
  await commit(0, 'a', 'b', 'c');
  await commit(1, 'd', 'e');
  const before = new Table();
  const first = subscribe(before);
  await until(() => before.position(0) === 4 && before.position(1) === 3);
  await first.stop();

  const table = new Table();
  table.positions.set(0, 1);
  const differences: object[] = [];
  const second = subscribe(table, { onGroupOffsetDiffers: (difference) => differences.push(difference) });
  await until(() => table.position(0) === 4 && table.position(1) === 3);
  expect([table.values.get(0), table.values.get(1)]).toEqual([
    ['b', 'c'],
    ['d', 'e'],
  ]);
  await until(() => differences.length === 2);
  expect(differences).toEqual([
    { topic, partition: 0, groupOffset: 4, position: 1 },
    { topic, partition: 1, groupOffset: 3, position: 0 },
  ]);
  await second.stop();
});

test('big fetches come in slices, each where the one before ended', async () => {
  const table = new Table();
  const values = Array.from({ length: 250 }, (_, index) => String(index));
  await commit(0, ...values);
  subscribe(table, { maxRecords: 100 });
  await until(() => table.position(0) === 251);
  expect(table.values.get(0)).toEqual(values);
  const withRecords = table.batches.filter(({ records }) => records.length > 0);
  expect(withRecords.map(({ fromOffset, records }) => [fromOffset, records.length])).toEqual([
    [0, 100],
    [100, 100],
    [200, 50],
  ]);
});

test('a run without any record is delivered too, so that the position moves on', async () => {
  const id = freshId();
  const aborted = await TransactionalWriter.open(proxied, id, { deadlineMs: 300 });
  proxy.faults = faultPlan([{ api: 'EndTxn', direction: 'request', fate: 'drop' }]);
  await aborted.commit([{ topic, partition: 0, records: [record('aborted')] }]).catch(() => {});
  (await TransactionalWriter.open(kafka, id)).close();
  const table = new Table();
  subscribe(table);
  await until(() => table.position(0) === 2);
  expect(table.values.get(0)).toEqual([]);
  expect(table.batches.at(-1)).toMatchObject({ records: [], nextOffset: 2 });
});

test('a batch that fails comes again and nothing behind it, while the other partition goes on', async () => {
  const table = new Table();
  let isBroken = true;
  const attempts: [number, number][] = [];
  const subscription = subscribe(table, {
    onBatch: (batch) => {
      if (batch.partition === 0 && isBroken) {
        attempts.push([batch.fromOffset, batch.nextOffset]);
        throw new TypeError('cannot be handled');
      }
      return Promise.resolve(table.apply(batch));
    },
  });
  await commit(0, 'stuck');
  await until(() => attempts.length > 0);
  await commit(0, 'behind');
  for (let index = 0; index < 5; index++) await commit(1, `flows ${index}`);
  await until(() => attempts.length > 3 && table.position(1) === 10);
  expect(new Set(attempts.map(String)).size).toBe(1);
  expect(attempts[0]).toEqual([0, expect.any(Number)]);
  expect(table.values.get(0)).toEqual([]);
  expect(subscription.status()).toMatchObject([
    { partition: 0, position: 0, state: 'retrying', error: { message: 'cannot be handled' } },
    { partition: 1, state: 'running' },
  ]);
  isBroken = false;
  await until(() => table.position(0) === 4);
  expect(table.values.get(0)).toEqual(['stuck', 'behind']);
  await until(() => subscription.status().every(({ state }) => state === 'running'));
});

test('after PositionLost it goes on at the position that is asked for', async () => {
  const table = new Table();
  await commit(0, 'a', 'b', 'c', 'd');
  let isMoved = false;
  subscribe(table, {
    onBatch: (batch) => {
      if (!isMoved) {
        isMoved = true;
        table.positions.set(0, 2);
      }
      return Promise.resolve(table.apply(batch));
    },
  });
  await until(() => table.position(0) === 5);
  expect(table.values.get(0)).toEqual(['c', 'd']);
});

test('a position that the partition does not hold is reported, and answered as soon as it is put right', async () => {
  const table = new Table();
  table.positions.set(0, 100);
  await commit(0, 'a');
  const subscription = subscribe(table);
  await until(() => subscription.status()[0]?.state === 'retrying');
  expect(String(subscription.status()[0]!.error)).toContain('OFFSET_OUT_OF_RANGE');
  expect(table.batches).toEqual([]);
  table.positions.set(0, 0);
  await until(() => table.position(0) === 2);
  expect(table.values.get(0)).toEqual(['a']);
});

test('two members share the partitions, and the one that stays takes over the other one’s', async () => {
  const table = new Table();
  const first = subscribe(table);
  await until(isHeld(first, 2));
  const second = subscribe(table);
  await until(() => isHeld(first, 1)() && isHeld(second, 1)());
  for (let index = 0; index < 10; index++) {
    await commit(0, `a${index}`);
    await commit(1, `b${index}`);
    if (index === 4) void second.stop();
  }
  await until(() => table.position(0) === 20 && table.position(1) === 20);
  expect(table.values.get(0)).toEqual(Array.from({ length: 10 }, (_, index) => `a${index}`));
  expect(table.values.get(1)).toEqual(Array.from({ length: 10 }, (_, index) => `b${index}`));
  await until(isHeld(first, 2));
});

test('lost connections neither lose nor repeat a record', async () => {
  const table = new Table();
  let replies = 0;
  proxy.faults = ({ direction }) => (direction === 'reply' && replies++ % 23 === 22 ? 'reset' : 'pass');
  subscribe(table, { sessionTimeoutMs: 6_000, maxWaitMs: 50 }, proxied);
  for (let index = 0; index < 40; index++) await commit(index % 2, String(index));
  await until(() => table.position(0) === 40 && table.position(1) === 40, 40_000);
  expect(table.values.get(0)).toEqual(Array.from({ length: 20 }, (_, index) => String(index * 2)));
  expect(table.values.get(1)).toEqual(Array.from({ length: 20 }, (_, index) => String(index * 2 + 1)));
});

test('a member whose heartbeats are lost is built up again', async () => {
  const table = new Table();
  const failures: unknown[] = [];
  proxy.faults = faultPlan([{ api: 'Heartbeat', direction: 'request', fate: 'reset' }]);
  const subscription = subscribe(
    table,
    { sessionTimeoutMs: 6_000, onFailure: (error) => failures.push(error) },
    proxied,
  );
  await until(() => failures.length > 0, 40_000);
  proxy.faults = faultPlan([]);
  await commit(0, 'a');
  await until(() => table.position(0) === 2, 40_000);
  await until(isHeld(subscription, 2), 40_000);
});

test('a long batch is not taken away from its member', async () => {
  const table = new Table();
  await commit(0, 'long');
  let finish: (() => void) | undefined;
  const values: string[] = [];
  const first = subscribe(table, {
    sessionTimeoutMs: 6_000,
    onBatch: async (batch) => {
      values.push(...batch.records.map(({ value }) => String(value)));
      if (finish === undefined) await new Promise<void>((resolve) => (finish = resolve));
      table.apply(batch);
    },
  });
  await until(() => finish !== undefined);
  const began = performance.now();
  await until(() => performance.now() - began > 7_500);
  expect(isHeld(first, 2)()).toBe(true);
  finish!();
  await until(() => table.position(0) === 2);
  expect(values).toEqual(['long']);
});

test('stopping waits for the batch in work', async () => {
  const table = new Table();
  await commit(0, 'a');
  let finish: (() => void) | undefined;
  const subscription = subscribe(table, {
    onBatch: async (batch) => {
      await new Promise<void>((resolve) => (finish = resolve));
      table.apply(batch);
    },
  });
  await until(() => finish !== undefined);
  let isStopped = false;
  const stopping = subscription.stop().then(() => (isStopped = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(isStopped).toBe(false);
  finish!();
  await stopping;
  expect(table.values.get(0)).toEqual(['a']);
});
