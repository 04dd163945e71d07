import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '#mechanisms/testing/wait-for';
import { CarefulCustomer } from './careful-customer.ts';
import { EventStream } from './event-stream.ts';
import type { SentEvent } from './event-stream.ts';
import { Shop } from './shop.ts';
import { System } from './system.ts';

let system: System;
let shop: Shop;
const streams: EventStream[] = [];
beforeAll(async () => {
  system = await System.start();
  shop = new Shop(system);
}, 120_000);
afterAll(() => system.stop(), 60_000);
afterEach(async () => {
  await Promise.all(streams.splice(0).map((stream) => stream.close()));
});

function follow(path: string, after?: string): EventStream {
  const stream = new EventStream(system.gateway + path, after);
  streams.push(stream);
  return stream;
}

const FROM_THE_BEGINNING = '0,0,0';
const typesOf = (events: readonly SentEvent[]) => events.map(({ data }) => data.type);
describe('the events of one order', () => {
  it('come as its history shows them, and go on after any of them', async () => {
    const customerId = await shop.customer(10_000);
    const { body } = await shop.order(customerId, 3_998, 'tok_ok', { prefer: 'wait=10' });
    const path = `/orders/${body.orderId}/events`;
    await shop.orderIn(body.orderId, 'paid');
    const whole = follow(path, FROM_THE_BEGINNING);
    await waitFor(() => whole.received.length === 3, 20_000);
    expect(whole.received.map(({ data }) => data)).toEqual(await shop.history(`/orders/${body.orderId}`, 'OrderPaid'));

    for (const [index, { id }] of whole.received.entries()) {
      const rest = follow(path, id);
      await waitFor(() => rest.opened > 0, 20_000);
      await shop.orderShowing(body.orderId, () => true);
      if (index < 2) await waitFor(() => rest.received.length > 0, 20_000);
      expect(rest.received).toEqual(whole.received.slice(index + 1));
    }
    await shop.post(`/orders/${body.orderId}/ship`, { carrier: 'DHL', trackingNumber: '1' });
    for (const stream of streams) await waitFor(() => typesOf(stream.received).at(-1) === 'OrderShipped', 20_000);
  });

  it('begin with what comes, and what was missed meanwhile is not lost before the first of them', async () => {
    const customerId = await shop.customer(10_000);
    const { body } = await shop.order(customerId, 100, 'tok_ok', { prefer: 'wait=10' });
    await shop.orderIn(body.orderId, 'paid');
    const stream = follow(`/orders/${body.orderId}/events`);
    await waitFor(() => stream.lastId !== undefined, 20_000);
    const before = stream.lastId!;
    await stream.close();
    await shop.post(`/orders/${body.orderId}/ship`, { carrier: 'DHL', trackingNumber: '1' });
    const again = follow(`/orders/${body.orderId}/events`, before);
    await waitFor(() => again.received.length > 0, 20_000);
    expect(typesOf(again.received)).toEqual(['OrderShipped']);
  });

  it.each([
    ['/orders/:id/events', {}, 404, 'ORDER_NOT_FOUND'],
    ['/orders/1/events', {}, 400, 'INVALID_REQUEST'],
    ['/orders/events', { 'last-event-id': '0,0' }, 400, 'INVALID_REQUEST'],
    ['/orders/events', { 'last-event-id': 'x' }, 400, 'INVALID_REQUEST'],
    ['/orders/events', { 'last-event-id': '0,0,999999999' }, 400, 'INVALID_REQUEST'],
    ['/orders/events?limit=1', {}, 400, 'INVALID_REQUEST'],
  ])('%s with %j is refused', async (path, headers, status, code) => {
    expect(await shop.get(path.replace(':id', randomUUID()), { headers })).toMatchObject({ status, body: { code } });
  });
});

describe('the events of all orders', () => {
  it('come once each and in the order of each order, through cuts and kills', async () => {
    const stream = follow('/orders/events');
    await waitFor(() => stream.opened > 0, 20_000);
    const from = stream.lastId!;
    const customerId = await shop.customer(1_000_000);
    const orderIds: string[] = [];
    for (const disturb of [
      () => stream.cut(),
      () => process.kill(system.app('order-query').pid!, 'SIGKILL'),
      () => stream.cut(),
      () => process.kill(system.app('gateway').pid!, 'SIGKILL'),
      () => process.kill(system.app('order-query').pid!, 'SIGTERM'),
    ]) {
      const placing = Array.from({ length: 12 }, () => new CarefulCustomer(system.gateway, customerId).untilPlaced());
      const { opened } = stream;
      disturb();
      for (const { body } of await Promise.all(placing)) orderIds.push(body.orderId);
      await waitFor(() => stream.opened > opened, 60_000);
    }
    for (const orderId of orderIds) await shop.orderIn(orderId, 'paid');
    await waitFor(() => stream.received.length >= 3 * orderIds.length, 60_000);
    const whole = follow('/orders/events', from);
    await waitFor(() => whole.received.length >= 3 * orderIds.length, 60_000);

    for (const { received } of [stream, whole]) {
      const byOrder = Map.groupBy(received, ({ data }) => data.data.orderId);
      expect(new Set(byOrder.keys())).toEqual(new Set(orderIds));
      for (const [orderId, events] of byOrder) {
        const history = await shop.history(`/orders/${orderId as string}`, 'OrderPaid');
        expect(events.map(({ data }) => data)).toEqual(history);
      }
    }
  }, 240_000);
});
