import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { waitFor } from '#mechanisms/testing/wait-for';
import { DeadLetterDesk, PARTITIONS } from './dead-letter-desk.ts';
import { call } from './http.ts';
import { Shop } from './shop.ts';
import { System } from './system.ts';

const CONSUMERS = ['customer-command.reactions', 'payment-command.reactions'];

let system: System;
let shop: Shop;
let desk: DeadLetterDesk;
beforeAll(async () => {
  system = await System.start({ PARTITIONS: String(PARTITIONS) });
  shop = new Shop(system);
  desk = new DeadLetterDesk(system);
}, 120_000);
afterAll(async () => {
  await desk.close();
  await system.stop();
}, 60_000);

const verify = (): Promise<string> =>
  // until the garbage is given up it is a difference
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
  await desk.litter(orderId, 'garbage');
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
    expect(await desk.list('--consumer', consumer)).toMatchObject([
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
  expect(await desk.dlq('show', '--consumer', customers!)).toContain('garbage');
  const dry = await desk.dlq('redrive', '--consumer', customers!, '--dry-run');
  expect(dry).toContain('Dry run: 0 applied, 2 still parked.');
  expect(await desk.dlq('redrive', '--consumer', customers!)).toContain('0 applied, 2 still parked.');
  expect(await desk.list('--consumer', customers!)).toMatchObject([{ attempts: 2 }, { attempts: 0 }]);
  const given = await desk.dlq('discard', '--entity', orderId, '--reason', 'no event of ours', '--by', 'ada');
  expect(given).toContain('4 discarded.');
  expect(await desk.dlq('redrive', '--entity', orderId)).toContain('4 applied, 0 still parked.');

  await shop.reservedIs(ada, 0);
  await shop.paymentIn(orderId, 'voided', 'refunded', 'failed');
  await shop.orderIn(orderId, 'cancelled');
  for (const consumer of CONSUMERS) expect(await desk.list('--consumer', consumer)).toEqual([]);
  const verified = await system.factstream('verify');
  expect(verified).toMatch(new RegExp(`Discarded by every projection: I3 ${orderId} .*the value should be "an event"`));
}, 240_000);
