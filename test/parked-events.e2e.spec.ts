import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { waitFor } from '#mechanisms/testing/wait-for';
import { DeadLetterDesk, PARTITIONS } from './dead-letter-desk.ts';
import { call } from './http.ts';
import { Shop } from './shop.ts';
import { System } from './system.ts';

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

it('garbage on the topic parks one order, until somebody has seen to it; all others go on', async () => {
  const customerId = await shop.customer(100_000);
  const placed = await shop.order(customerId, 1_000, 'tok_ok', { prefer: 'wait=10' });
  const { orderId } = placed.body;
  await shop.orderIn(orderId, 'paid');
  await desk.litter(orderId, '{"status": "shipped"}');
  const shipped = await shop.post(`/orders/${orderId}/ship`, { carrier: 'DHL', trackingNumber: 'JD-1' });
  expect(shipped.status).toBe(200);

  const headers = { ...shop.tokenOf(shipped), prefer: 'wait=20' };
  const refused = await shop.get(`/orders/${orderId}`, { headers });
  expect(refused).toMatchObject({ status: 503, body: { code: 'ENTITY_PARKED' } });
  expect(refused.headers.get('retry-after')).toBe('1');
  expect(await shop.get(`/orders/${orderId}/history`, { headers })).toMatchObject({ status: 503 });
  const graph = await shop.post('/graphql', { query: `{ order(id: "${orderId}") { status } }` }, { headers });
  expect(graph).toMatchObject({ status: 503, body: { errors: [{ extensions: { code: 'ENTITY_PARKED' } }] } });
  expect(graph.headers.get('retry-after')).toBe('1');
  expect((await shop.get(`/orders/${orderId}`)).body.status).toBe('paid');
  expect(await shop.get(`/orders/${orderId}`, { headers: shop.tokenOf(placed) })).toMatchObject({ status: 200 });
  const other = await shop.order(customerId, 1_000, 'tok_ok', { prefer: 'wait=10' });
  const seen = await shop.get(`/orders/${other.body.orderId}`, { headers: shop.tokenOf(other) });
  expect(seen).toMatchObject({ status: 200, body: { status: 'validated' } });

  const query = system.addresses.apps['order-query']!;
  const parkedCounts = async () => {
    const { status, body } = await call('GET', `${query}/health/ready`);
    expect(status).toBe(200);
    return JSON.stringify(body).match(/"parked":[1-9]/g);
  };
  await waitFor(async () => (await parkedCounts())?.join() === '"parked":2,"parked":2', 20_000);
  const metrics = await (await fetch(`${query}/metrics`)).text();
  expect(metrics).toMatch(
    /^projection_events_parked\{projection="orders_v1",topic="order-events",partition="\d"\} 2$/m,
  );
  expect(metrics).toMatch(/^projection_parkings_total\{projection="orders_v1",cause="fault"\} 1$/m);

  const letters = await desk.list('--projection', 'orders');
  expect(letters).toMatchObject([
    { consumer: 'orders_v1', topic: 'order-events', entity: orderId, attempts: 1, behindOffset: null },
    { consumer: 'orders_v1', topic: 'order-events', entity: orderId, attempts: 0 },
  ]);
  const ofOrder = ['--entity', orderId, '--topic', 'order-events'];
  expect(await desk.dlq('show', ...ofOrder)).toContain('{"status": "shipped"}');
  const line = (consumer: string, rest: string) =>
    expect.stringMatching(new RegExp(`^${consumer} order-events-\\d ${rest}`, 'm'));
  const outputs = [
    await desk.dlq('redrive', ...ofOrder),
    await desk.dlq('discard', ...ofOrder, '--reason', 'no event of ours'),
    await desk.dlq('redrive', ...ofOrder),
  ];
  for (const consumer of ['orders_v1', 'order_history_v1']) {
    expect(outputs).toEqual([
      line(consumer, `${orderId}: 0 applied, 2 still parked; offset \\d+ failed again: the ce_id header is missing`),
      line(consumer, `offset \\d+ of ${orderId}: the ce_id header is missing`),
      line(consumer, `${orderId}: 1 applied$`),
    ]);
  }

  const answered = await shop.get(`/orders/${orderId}`, { headers });
  expect(answered).toMatchObject({ status: 200, body: { status: 'shipped', shipment: { carrier: 'DHL' } } });
  const { body: history } = await shop.get(`/orders/${orderId}/history`, { headers });
  expect(history.items.at(-1)).toMatchObject({ type: 'OrderShipped' });
  expect(await desk.list('--projection', 'orders')).toEqual([]);
  await waitFor(async () => (await parkedCounts()) === null);
  expect(await shop.post(`/orders/${orderId}/deliver`)).toMatchObject({ status: 200 });
  await shop.orderIn(orderId, 'delivered');
}, 240_000);
