import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Admin } from '@platformatic/kafka';
import { PartitionReader } from '#mechanisms/kafka/index';
import { testKafka } from '#mechanisms/testing/kafka';
import { waitFor } from '#mechanisms/testing/wait-for';
import { CarefulCustomer } from './careful-customer.ts';
import { Shop } from './shop.ts';
import { System } from './system.ts';

let system: System;
let shop: Shop;
beforeAll(async () => {
  system = await System.start({
    CARD_PROCESSOR_TIMEOUT_MS: '700',
    CARD_PROCESSOR_FIRST_PAUSE_MS: '100',
    CARD_PROCESSOR_LONGEST_PAUSE_MS: '1000',
    CARD_PROCESSOR_SLOW_MS: '400',
  });
  shop = new Shop(system);
}, 120_000);
afterAll(() => system.stop(), 60_000);

const TOKENS = [
  'tok_ok',
  'tok_ok',
  'tok_ok',
  'tok_declined',
  'tok_flaky',
  'tok_twice',
  'tok_slow',
  'tok_lost',
  'tok_timeout',
];
/** At least; as many more as are placed until the last blow has fallen. */
const ORDERS = 500;
const WRITERS = 40;
const PLACED_BETWEEN_BLOWS = 40;

const COMMAND_APPS = ['customer-command', 'order-command', 'payment-command'];

const BLOWS: readonly (() => unknown)[] = [
  ...[...COMMAND_APPS, 'card-processor', 'order-query', 'gateway'].map((name) => () => {
    process.kill(system.app(name).pid!, 'SIGKILL');
  }),
  async () => {
    await system.kafka.kill('SIGKILL');
    await system.kafka.restart();
  },
  async () => {
    await system.postgres.kill('SIGKILL');
    await system.postgres.restart();
  },
  () => system.pauseApps(3_000),
];

async function deleteGroups(): Promise<void> {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: [system.kafka.brokers] });
  const groups = [...(await admin.listGroups()).keys()];
  expect(groups).toEqual(expect.arrayContaining(['order-command.owners', 'order-query.orders_v1']));
  await admin.deleteGroups({ groups });
  await admin.close();
}

/** The end of each partition, markers included. */
async function endsOf(topics: readonly string[]): Promise<Record<string, number[]>> {
  const kafka = testKafka(system.kafka.brokers);
  const reader = new PartitionReader(kafka);
  const ends: Record<string, number[]> = {};
  for (const topic of topics) {
    ends[topic] = await reader.endOffsets(topic);
  }
  kafka.close();
  return ends;
}

describe('while one process after the other is killed and the apps are stopped for a while', () => {
  const ids: string[] = [];
  let customers: string[] = [];
  let declined = 0;

  it('takes every order', async () => {
    // Several: one alone may have a thousand orders open and no more.
    customers = await Promise.all(Array.from({ length: 8 }, () => shop.customer(Number.MAX_SAFE_INTEGER)));
    let started = 0;
    const blows = { areOver: false };
    const write = async (): Promise<void> => {
      while (!blows.areOver || started < ORDERS) {
        const token = TOKENS[started % TOKENS.length]!;
        const customerId = customers[started % customers.length]!;
        started += 1;
        if (token === 'tok_declined') declined += 1;
        const { body } = await new CarefulCustomer(system.gateway, customerId, token).untilPlaced();
        ids.push(body.orderId);
      }
    };
    const writing = Promise.all(Array.from({ length: WRITERS }, write));
    for (const strike of BLOWS) {
      const before = ids.length;
      await waitFor(() => ids.length - before >= PLACED_BETWEEN_BLOWS, 120_000);
      await strike();
    }
    blows.areOver = true;
    await writing;
    expect(new Set(ids).size).toBe(started);
  }, 300_000);

  it('brings every order to its end, and keeps no credit reserved', async () => {
    const ended = [];
    // One after the other: a thousand that ask all the time would be a load of their own.
    for (const id of ids) ended.push(await shop.orderIn(id, 'paid', 'cancelled'));
    expect(ended.filter(({ status }) => status === 'cancelled')).toHaveLength(declined);
    for (const customerId of customers) await shop.reservedIs(customerId, 0);
  }, 120_000);

  it('changes nothing when every consumer group is deleted and all starts again', async () => {
    const ends = () => endsOf(['customer', 'order', 'payment'].flatMap((name) => [`${name}-events`, `${name}-latest`]));
    const before = await ends();
    await system.pauseApps(0, () => deleteGroups());
    expect(await ends()).toEqual(before);
  }, 120_000);

  it('applies every fact once: everything holds, and the processor’s books equal ours', async () => {
    expect(await system.factstream('verify')).toContain('Everything holds');
  }, 120_000);
});
