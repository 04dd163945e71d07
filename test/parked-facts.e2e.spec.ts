import { Producer } from '@platformatic/kafka';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { partitionFor } from '#mechanisms/kafka/index';
import { waitFor } from '#mechanisms/testing/wait-for';
import { call } from './http.ts';
import { Shop } from './shop.ts';
import { System } from './system.ts';

const PARTITIONS = 3;
const CONSUMERS = ['customer-command.reactions', 'payment-command.reactions'];

let system: System;
let shop: Shop;
let stranger: Producer;
beforeAll(async () => {
  system = await System.start({ PARTITIONS: String(PARTITIONS) });
  shop = new Shop(system);
  stranger = new Producer({ clientId: 'stranger', bootstrapBrokers: [system.kafka.brokers] });
}, 120_000);
afterAll(async () => {
  await stranger.close();
  await system.stop();
}, 60_000);

const dlq = (...args: string[]): Promise<string> =>
  // a redrive that leaves something ends with 1
  system.factstream('dlq', ...args).catch((failure: { stdout: string }) => failure.stdout);
const listed = async (consumer: string): Promise<Record<string, unknown>[]> =>
  (await dlq('list', '--json', '--consumer', consumer))
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
const verify = (): Promise<string> =>
  // the garbage stays a difference for ever
  system.factstream('verify').catch((failure: { stdout: string }) => failure.stdout);
const parkedIn = async (app: string): Promise<number> => {
  const { body } = await call('GET', `${system.addresses.apps[app]!}/health/ready`);
  const partitions: { parked: number }[] = body.partitions?.partitions ?? [];
  return partitions.reduce((sum, { parked }) => sum + parked, 0);
};

it('garbage on the topic holds one order’s facts back from the other contexts, until somebody has seen to it', async () => {
  const [ada, eve] = [await shop.customer(100_000), await shop.customer(100_000, 'Eve')];
  const placed = await shop.order(ada, 1_000, 'tok_slow', { prefer: 'wait=20' });
  const { orderId } = placed.body;
  expect(placed.body.status).toBe('validated');
  const garbage = { topic: 'order-events', partition: partitionFor(orderId, PARTITIONS), key: Buffer.from(orderId) };
  await stranger.send({ messages: [{ ...garbage, value: Buffer.from('garbage') }] });
  const cancelled = await shop.post(`/orders/${orderId}/cancel`, { reason: 'no use for it' });
  expect(cancelled.status).toBe(200);
  const other = await shop.order(eve, 500, 'tok_ok');
  await shop.orderIn(other.body.orderId, 'paid');
  await shop.reservedIs(eve, 0);

  // whom it concerns nobody can tell: every partition parks it, and one of them the cancellation behind it
  await waitFor(async () => (await parkedIn('customer-command')) === PARTITIONS + 1, 20_000);
  await waitFor(async () => (await parkedIn('payment-command')) === PARTITIONS + 1, 20_000);
  for (const app of ['customer-command', 'order-command']) process.kill(system.app(app).pid!, 'SIGKILL');
  await waitFor(async () => (await parkedIn('customer-command').catch(() => 0)) === PARTITIONS + 1, 60_000);
  expect((await shop.credit(ada)).reserved).toBe(1_000);
  // garbage in its own topic does not keep it from taking the partition over
  const ready = async () =>
    (await call('GET', `${system.addresses.apps['order-command']!}/health/ready`)).status === 200;
  await waitFor(() => ready().catch(() => false), 60_000);
  for (const consumer of CONSUMERS) {
    expect(await listed(consumer)).toMatchObject([
      { consumer, topic: 'order-events', entity: orderId, attempts: 1, behindOffset: null },
      { consumer, topic: 'order-events', entity: orderId, attempts: 0, error: expect.stringMatching(/waits behind/) },
    ]);
  }

  const waiting = await verify();
  for (const consumer of CONSUMERS) expect(waiting).toContain(`Parked in ${consumer}: order-events-`);
  expect(waiting).toMatch(new RegExp(`Parked in order_history_v1: 2 records of ${orderId}`));
  expect(waiting).toMatch(new RegExp(`I8 ${ada} .*${orderId}, for which credit is reserved.* It waits for a person:`));
  expect(waiting).toContain('1 differences');

  const [customers] = CONSUMERS;
  expect(await dlq('show', '--consumer', customers!)).toContain('garbage');
  const dry = await dlq('redrive', '--consumer', customers!, '--dry-run');
  expect(dry).toContain('Dry run: 0 applied, 2 still parked.');
  expect(await dlq('redrive', '--consumer', customers!)).toContain('0 applied, 2 still parked.');
  expect(await listed(customers!)).toMatchObject([{ attempts: 2 }, { attempts: 0 }]);
  const given = await dlq('discard', '--entity', orderId, '--reason', 'no event of ours', '--by', 'ada');
  expect(given).toContain('4 discarded.');
  expect(await dlq('redrive', '--entity', orderId)).toContain('4 applied, 0 still parked.');

  await shop.reservedIs(ada, 0);
  await shop.paymentIn(orderId, 'voided', 'refunded', 'failed');
  await shop.orderIn(orderId, 'cancelled');
  for (const consumer of CONSUMERS) expect(await listed(consumer)).toEqual([]);
  const verified = await verify();
  expect(verified).toMatch(new RegExp(`I3 ${orderId}.*the value should be "an event"`));
  expect(verified).toContain('1 differences');
}, 240_000);
