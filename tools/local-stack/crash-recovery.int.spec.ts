import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Admin, Consumer, Producer, stringDeserializers, stringSerializers } from '@platformatic/kafka';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Keeper } from './keeper.ts';
import { startKafka, type Kafka } from './kafka.ts';
import { startPostgres, type Postgres } from './postgres.ts';
import { makeStackFolder } from './test-folder.ts';

jest.setTimeout(60_000);

describe('a broker that is killed', () => {
  let broker: Kafka;
  beforeAll(async () => {
    broker = await startKafka({ dir: makeStackFolder('broker'), shortLived: true });
  });
  afterAll(() => broker.stop());

  test('keeps what it acknowledged, and its port', async () => {
    await createTopic(broker.brokers, 'kept');
    await produce(broker.brokers, 'kept', ['one', 'two']);
    await broker.kill();
    await broker.start();
    await produce(broker.brokers, 'kept', ['three']);
    expect(await consume(broker.brokers, 'kept', 3)).toEqual(['one', 'two', 'three']);
  });

  test('is started again by its keeper', async () => {
    const keeper = new Keeper(broker);
    const killed = broker.pid!;
    process.kill(killed, 'SIGKILL');
    await until(async () => broker.pid !== undefined && broker.pid !== killed);
    await until(async () => (await consume(broker.brokers, 'kept', 3)).length === 3);
    await keeper.stop();
    expect(broker.running).toBe(false);
  });
});

describe('PostgreSQL that is killed', () => {
  let dir: string;
  let postgres: Postgres;
  beforeAll(async () => {
    dir = makeStackFolder('postgres');
    postgres = await startPostgres({ dir });
  });
  afterAll(() => postgres.stop());

  test('keeps what it committed', async () => {
    await query('CREATE TABLE kept AS SELECT 1 AS n');
    await postgres.kill();
    await postgres.start();
    expect(await query('SELECT n FROM kept')).toEqual([{ n: 1 }]);
  });

  test('starts beside a lock file whose process is a stranger', async () => {
    await postgres.kill();
    const lock = join(dir, 'postgres', 'postmaster.pid');
    expect(existsSync(lock)).toBe(true);
    writeFileSync(lock, `${process.pid}\n${join(dir, 'postgres')}\n`);
    await postgres.start();
    expect(await query('SELECT n FROM kept')).toEqual([{ n: 1 }]);
  });

  async function query(sql: string): Promise<unknown[]> {
    const client = new Client({ connectionString: postgres.url('postgres') });
    await client.connect();
    try {
      return (await client.query(sql)).rows as unknown[];
    } finally {
      await client.end();
    }
  }
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(100)) {
    if (await condition().catch(() => false)) return;
  }
  throw new Error('the condition was not met in time');
}

async function createTopic(broker: string, topic: string): Promise<void> {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [broker] });
  await admin.createTopics({ topics: [topic], partitions: 1, replicas: 1 });
  await admin.close();
}

async function produce(broker: string, topic: string, values: string[]): Promise<void> {
  const producer = new Producer({
    clientId: 'test',
    bootstrapBrokers: [broker],
    serializers: stringSerializers,
    retries: 20,
  });
  await producer.send({ messages: values.map((value) => ({ topic, value, partition: 0 })), acks: -1 });
  await producer.close();
}

async function consume(broker: string, topic: string, count: number): Promise<string[]> {
  const groupId = `test-${Math.random()}`;
  const consumer = new Consumer({
    clientId: 'test',
    groupId,
    bootstrapBrokers: [broker],
    deserializers: stringDeserializers,
  });
  const stream = await consumer.consume({ topics: [topic], mode: 'earliest' });
  const values: string[] = [];
  for await (const message of stream) {
    values.push(message.value);
    if (values.length === count) break;
  }
  await consumer.close(true);
  return values;
}
