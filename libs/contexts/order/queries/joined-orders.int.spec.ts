import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { v7 } from 'uuid';
import { CheckpointWatch, ProjectionReads } from '#mechanisms/projections/index';
import type { Freshness } from '#mechanisms/projections/index';
import { orderPaid, orderPlaced, orderValidated } from '../examples/order.examples.ts';
import {
  capturedPayment,
  creditDeclined,
  customerRegistered,
  requestAt,
} from '../projections/testing/neighbour-facts.ts';
import { OrdersBench, SOURCES } from '../projections/testing/orders-bench.ts';
import type { Fact, SourceName } from '../projections/testing/orders-bench.ts';
import { GetOrderNodes, GetOrderNodesHandler } from './get-order-nodes.query.ts';
import { GetOrder, GetOrderHandler } from './get-order.query.ts';
import { ListCustomerOrders, ListCustomerOrdersHandler } from './list-customer-orders.query.ts';
import { ListOrders, ListOrdersHandler } from './list-orders.query.ts';

const now = { tokens: [], waitMs: 0 };
const { name, email } = customerRegistered;

let bench: OrdersBench;
let watch: CheckpointWatch;
let reads: ProjectionReads;
beforeAll(async () => {
  bench = await OrdersBench.open(process.env['TEST_DATABASE_URL']!);
  watch = new CheckpointWatch(bench.bench.postgres);
  reads = new ProjectionReads(bench.bench.postgres, watch);
});
afterAll(async () => {
  await watch.close();
  await bench.close();
});
beforeEach(() => bench.reset());

const getOrder = (orderId: string, freshness: Freshness = now) =>
  new GetOrderHandler(reads).execute(new GetOrder(orderId, freshness));
const getNode = async (orderId: string) =>
  (await new GetOrderNodesHandler(reads).execute(new GetOrderNodes([orderId], now))).get(orderId);
const listOrders = () => new ListOrdersHandler(reads).execute(new ListOrders({ limit: 20 }, now));
const ordersOf = (customerId: string, limit = 20, after?: string) =>
  new ListCustomerOrdersHandler(reads).execute(
    new ListCustomerOrders({ customerId, limit, ...(after !== undefined && { after }) }, now),
  );

const newIds = () => ({ orderId: v7(), customerId: v7(), paymentId: v7() });
type Ids = ReturnType<typeof newIds>;
const history = (of: SourceName, ids: Ids, events: readonly Fact['event'][]): Fact[] =>
  events.map((event, index) => ({ of, event: { ...event, ...ids }, version: index + 1 }));

/** An event id of its own for every request of the payment. */
function paymentOf(ids: Ids): Fact[] {
  const eventIds = capturedPayment.map(() => v7());
  return history('payment', ids, capturedPayment).map((fact, index) => {
    const request = capturedPayment.findIndex((_, at) => requestAt(at + 1) === fact.event['request']);
    return {
      ...fact,
      event: { ...fact.event, ...(request >= 0 && { request: eventIds[request]! }) },
      eventId: eventIds[index]!,
    };
  });
}

const shown = (ids: Ids) => ({
  orderId: ids.orderId,
  version: 3,
  status: 'paid',
  customer: { customerId: ids.customerId, name, email },
  lines: orderPlaced.lines,
  total: { amount: 4498, currency: 'EUR' },
  payment: {
    paymentId: ids.paymentId,
    status: 'captured',
    captured: { amount: 4498, currency: 'EUR' },
    refunded: { amount: 0, currency: 'EUR' },
  },
  placedAt: expect.any(String),
  updatedAt: expect.any(String),
});

/** Every way in which three sequences can be mixed. */
const interleavings = <Item>(sequences: readonly (readonly Item[])[]): Item[][] =>
  sequences.every(({ length }) => length === 0)
    ? [[]]
    : sequences.flatMap(([first, ...rest], index) =>
        first === undefined ? [] : interleavings(sequences.with(index, rest)).map((others) => [first, ...others]),
      );

describe('an order shows its customer and its payment', () => {
  test('whichever facts arrive first: every order of arrival gives the same answer', async () => {
    const batches = (ids: Ids) => {
      const placed = history('order', ids, [orderPlaced, orderValidated, orderPaid]);
      const known = history('customer', ids, [creditDeclined, customerRegistered]);
      const paid = paymentOf(ids);
      return [
        [placed.slice(0, 1), placed.slice(1)],
        [known.slice(0, 1), known.slice(1)],
        [paid.slice(0, 2), paid.slice(2)],
      ];
    };
    const arrivals = interleavings([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
    expect(arrivals).toHaveLength(90);
    for (const arrival of arrivals) {
      const ids = newIds();
      const left = batches(ids);
      for (const topic of arrival) await bench.project(left[topic]!.shift()!);
      expect(await getOrder(ids.orderId)).toStrictEqual(shown(ids));
    }
    const { items } = await listOrders();
    expect(items).toHaveLength(20);
    for (const item of items) expect(item).toStrictEqual(await getOrder(item.orderId));
  });

  test('and nothing of them before they are known', async () => {
    const ids = newIds();
    await bench.project(history('order', ids, [orderPlaced]));
    const alone = await getOrder(ids.orderId);
    expect(alone).toHaveProperty('customer', { customerId: ids.customerId });
    expect(alone).not.toHaveProperty('payment');
    await bench.project(history('customer', ids, [creditDeclined]));
    expect(await getOrder(ids.orderId)).toStrictEqual(alone);
    const node = await getNode(ids.orderId);
    expect(node).toMatchObject({ orderId: ids.orderId, customerId: ids.customerId });
    for (const neighbour of ['customer', 'payment']) expect(node).not.toHaveProperty(neighbour);
    await bench.project(paymentOf(ids).slice(0, 1));
    const zero = { amount: 0, currency: 'EUR' };
    const payment = { paymentId: ids.paymentId, status: 'initiated', captured: zero, refunded: zero };
    expect(await getOrder(ids.orderId)).toStrictEqual({ ...alone, payment });
  });

  test('each its own', async () => {
    const [one, other] = [newIds(), newIds()];
    await bench.project([
      ...history('order', one, [orderPlaced]),
      ...history('order', other, [orderPlaced]),
      ...history('customer', one, [customerRegistered]),
      ...paymentOf(other),
    ]);
    expect(await listOrders()).toMatchObject({
      items: [
        { orderId: other.orderId, customer: { customerId: other.customerId }, payment: { paymentId: other.paymentId } },
        { orderId: one.orderId, customer: { customerId: one.customerId, name } },
      ],
      next: null,
    });
  });
});

describe('tokens of all three topics are waited for', () => {
  test.each<SourceName>(['order', 'customer', 'payment'])('%s', async (of) => {
    const ids = newIds();
    const facts = [
      ...history('order', ids, [orderPlaced]),
      ...history('customer', ids, [customerRegistered]),
      ...paymentOf(ids),
    ];
    await bench.project(facts.filter((fact) => fact.of !== of));
    const own = facts.filter((fact) => fact.of === of);
    const offset = bench.offsetOf(of) + own.length - 1;
    const tokens = [{ topic: SOURCES[of].events.topic, partition: 0, offset, entityId: v7() }];
    await expect(getOrder(ids.orderId, { tokens, waitMs: 0 })).rejects.toMatchObject({ code: 'NOT_CAUGHT_UP' });
    const answer = getOrder(ids.orderId, { tokens, waitMs: 10_000 });
    await bench.project(own);
    expect(await answer).toMatchObject({ customer: { name }, payment: { status: 'captured' } });
  });
});

describe("a customer's orders", () => {
  test('are theirs alone, newest first, page by page', async () => {
    const { customerId } = newIds();
    const own = Array.from({ length: 5 }, () => ({ ...newIds(), customerId }));
    const placed = own.flatMap((ids) => [
      ...history('order', ids, [orderPlaced]),
      ...history('order', newIds(), [orderPlaced]),
    ]);
    await bench.project([...placed, ...history('customer', own[0]!, [customerRegistered])]);
    const newestFirst = own.map(({ orderId }) => orderId).toReversed();
    const first = (await ordersOf(customerId, 3))!;
    const second = (await ordersOf(customerId, 3, first.next!))!;
    expect([...first.items, ...second.items].map(({ orderId }) => orderId)).toEqual(newestFirst);
    expect(second.next).toBeNull();
    expect(first.items[0]).toStrictEqual(await getOrder(newestFirst[0]!));
  });

  const nothing = { items: [], next: null };

  test('are none for one who has not ordered', async () => {
    const ids = newIds();
    await bench.project(history('customer', ids, [customerRegistered]));
    expect(await ordersOf(ids.customerId)).toEqual(nothing);
  });

  test('are there before their customer is, and beyond the last there is nothing', async () => {
    const ids = newIds();
    await bench.project([
      ...history('order', { ...ids, orderId: v7() }, [orderPlaced]),
      ...history('order', ids, [orderPlaced]),
    ]);
    const { next } = (await ordersOf(ids.customerId, 1))!;
    expect((await ordersOf(ids.customerId, 1, next!))!.items).toHaveLength(1);
    await bench.bench.postgres.pool.query('DELETE FROM orders_v1.orders WHERE order_id <> $1', [ids.orderId]);
    expect(await ordersOf(ids.customerId, 1, next!)).toEqual(nothing);
  });

  test('do not exist for an id that nobody registered', async () => {
    const ids = newIds();
    expect(await ordersOf(ids.customerId)).toBeUndefined();
    await bench.project(history('customer', ids, [creditDeclined]));
    expect(await ordersOf(ids.customerId)).toBeUndefined();
  });

  test('refuse a cursor that no page gave out', async () => {
    await expect(ordersOf(v7(), 20, 'nonsense')).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
  });
});
