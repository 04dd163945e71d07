import { randomUUID } from 'node:crypto';
import { Consumer, Producer, stringSerializers } from '@platformatic/kafka';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Topics } from '#mechanisms/kafka/index';
import { testKafka } from '#mechanisms/testing/kafka';
import { ConsumerGroups } from './consumer-groups.ts';

// oxlint-disable-next-line no-restricted-properties -- how Jest's global set-up hands over what it started
const brokers = process.env['TEST_KAFKA_BROKERS']!.split(',');
const kafka = testKafka();
const groups = new ConsumerGroups({ brokers, clientId: 'reset-test' });
const topic = `reset-${randomUUID()}`;
const at = (hour: number): number => Date.UTC(2026, 10, 2, hour);
let group: string;

beforeAll(async () => {
  await new Topics(kafka).ensure([{ name: topic, partitions: 2, replicationFactor: 1, config: {} }]);
  const producer = new Producer({ clientId: 'stranger', bootstrapBrokers: brokers, serializers: stringSerializers });
  for (const hour of [8, 9, 10]) {
    await producer.send({ messages: [{ topic, partition: 0, key: 'k', value: 'v', timestamp: BigInt(at(hour)) }] });
  }
  await producer.send({ messages: [{ topic, partition: 1, key: 'k', value: 'v', timestamp: BigInt(at(8)) }] });
  await producer.close();
});
afterAll(async () => {
  await groups.close();
  kafka.close();
});
beforeEach(() => {
  group = `outside-${randomUUID()}`;
});

const offsetsFor = async (...[to]: [Parameters<ConsumerGroups['plan']>[2]]) =>
  (await groups.plan(group, topic, to)).map(({ offset }) => offset);

test('a group is moved to either end, to a time and to an offset, and a plan moves nothing', async () => {
  expect(await offsetsFor('earliest')).toEqual([0, 0]);
  expect(await offsetsFor('latest')).toEqual([3, 1]);
  expect(await offsetsFor({ time: at(9) })).toEqual([1, 1]);
  expect(await offsetsFor({ time: at(11) })).toEqual([3, 1]);
  await groups.move(group, topic, await groups.plan(group, topic, { time: at(9) }));
  expect(await groups.plan(group, topic, { offset: 0 })).toEqual([
    { partition: 0, from: 1, offset: 0 },
    { partition: 1, from: 1, offset: 0 },
  ]);
  expect((await groups.plan(group, topic, 'latest'))[0]).toEqual({ partition: 0, from: 1, offset: 3 });
});

describe('nothing is planned for', () => {
  test('an offset that a partition does not have, or a topic that is not there', async () => {
    await expect(groups.plan(group, topic, { offset: 2 })).rejects.toThrow(`${topic}-1 has the offsets 0 to 1, not 2`);
    await expect(groups.plan(group, `${topic}-not`, 'latest')).rejects.toThrow();
  });

  test('a projection or a command app', async () => {
    await expect(groups.plan('order-query.order_history_v2', topic, 'latest')).rejects.toThrow(
      'factstream projections rebuild order_history.',
    );
    await expect(groups.plan('order-command.owners', topic, 'latest')).rejects.toThrow('command app');
  });

  test('a group with a member', async () => {
    const consumer = new Consumer({ groupId: group, clientId: 'member', bootstrapBrokers: brokers });
    const stream = await consumer.consume({ topics: [topic], autocommit: false, mode: 'latest' });
    await expect(groups.plan(group, topic, 'earliest')).rejects.toThrow('has members');
    await stream.close();
    await consumer.close();
    expect(await offsetsFor('earliest')).toEqual([0, 0]);
  });
});
