import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { v7 } from 'uuid';
import { CheckpointWatch, ProjectionReads } from '#mechanisms/projections/index';
import { recordsOf } from '#mechanisms/projections/testing/encode-records';
import { ProjectionBench } from '#mechanisms/projections/testing/projection-bench';
import { catalogueOf } from '#mechanisms/testing/in-memory-catalogue';
import type { OrderEvent } from '../events/order.events.ts';
import {
  customerId,
  orderCancelled,
  orderDelivered,
  orderId,
  orderPaid,
  orderPlaced,
  orderShipped,
  orderValidated,
} from '../examples/order.examples.ts';
import { OrderListProjection, orders } from '../projections/order-list.projection.ts';
import { order } from '../topic/order.topic.ts';
import { GetOrder, GetOrderHandler } from './get-order.query.ts';
import { ListOrders, ListOrdersHandler } from './list-orders.query.ts';
import type { OrderListRequest } from './order-page.ts';

const catalogue = catalogueOf(...order.events.declarations);
const record = recordsOf(order, catalogue);
const now = { tokens: [], waitMs: 0 };

let bench: ProjectionBench;
let watch: CheckpointWatch;
let getOrder: GetOrderHandler;
let listOrders: ListOrdersHandler;
let offset: number;
beforeAll(async () => {
  const projection = new OrderListProjection();
  bench = await ProjectionBench.open(process.env['TEST_DATABASE_URL']!, {
    projection: orders,
    entity: order,
    catalogue,
    handler: (events, sql) => projection.apply(events, sql),
  });
  watch = new CheckpointWatch(bench.postgres);
  const reads = new ProjectionReads(bench.postgres, watch);
  getOrder = new GetOrderHandler(reads);
  listOrders = new ListOrdersHandler(reads);
});
afterAll(async () => {
  await watch.close();
  await bench.close();
});
beforeEach(async () => {
  await bench.reset();
  offset = 0;
});

/** Projects the events of one order, each a second after the one before. */
async function write(id: string, ...events: OrderEvent[]): Promise<void> {
  const records = events.map((event, index) => record(offset + index, { ...event, orderId: id }, index + 1));
  await bench.project(records, offset, offset + events.length);
  offset += events.length;
}

describe('one order', () => {
  test('as it is served', async () => {
    await write(orderId, orderPlaced, orderValidated, orderPaid, orderShipped, orderDelivered);
    expect(await getOrder.execute(new GetOrder(orderId, now))).toStrictEqual({
      orderId,
      version: 5,
      status: 'delivered',
      customer: { customerId },
      lines: orderPlaced.lines,
      total: { amount: 4498, currency: 'EUR' },
      shipment: { carrier: 'DHL', trackingNumber: '00340434161094042557' },
      placedAt: '2026-11-02T10:00:00.000Z',
      updatedAt: '2026-11-02T10:00:04.000Z',
    });
  });

  test('with the reason of its end', async () => {
    await write(orderId, orderPlaced, orderCancelled);
    const found = await getOrder.execute(new GetOrder(orderId, now));
    expect(found).toMatchObject({ status: 'cancelled', reason: 'CANCELLED_ON_REQUEST', reasonText: 'changed my mind' });
    expect(found).not.toHaveProperty('shipment');
  });

  test('that is not there', async () => {
    expect(await getOrder.execute(new GetOrder(orderId, now))).toBeUndefined();
  });

  test('once its token is passed', async () => {
    const token = { topic: order.events.topic, partition: 0, offset: 0, entityId: orderId };
    const early = getOrder.execute(new GetOrder(orderId, { tokens: [token], waitMs: 0 }));
    await expect(early).rejects.toMatchObject({ code: 'NOT_CAUGHT_UP' });
    const answer = getOrder.execute(new GetOrder(orderId, { tokens: [token], waitMs: 10_000 }));
    await write(orderId, orderPlaced);
    expect(await answer).toMatchObject({ orderId, version: 1 });
  });
});

describe('pages', () => {
  const ids = Array.from({ length: 7 }, () => v7());
  const others = { ...orderPlaced, customerId: v7() };
  const list = async (request: Omit<OrderListRequest, 'limit'>, limit = 20) => {
    const { items, next } = await listOrders.execute(new ListOrders({ ...request, limit }, now));
    return { ids: items.map(({ orderId: id }) => id), next };
  };
  beforeEach(async () => {
    for (const [index, id] of ids.entries()) {
      const placed = index % 2 === 0 ? orderPlaced : others;
      await (index === 3 ? write(id, placed, orderCancelled) : write(id, placed));
    }
  });
  const newestFirst = ids.toReversed();

  test('hold the newest first', async () => {
    expect(await list({})).toEqual({ ids: newestFirst, next: null });
  });

  test('hold what the single order shows', async () => {
    const { items } = await listOrders.execute(new ListOrders({ limit: 1 }, now));
    expect(items[0]).toStrictEqual(await getOrder.execute(new GetOrder(items[0]!.orderId, now)));
  });

  test('filter by status, by customer, and by both', async () => {
    const isOther = (index: number) => index % 2 === 1;
    expect((await list({ status: 'cancelled' })).ids).toEqual([ids[3]]);
    expect((await list({ customerId: others.customerId })).ids).toEqual(
      ids.filter((_, index) => isOther(index)).toReversed(),
    );
    expect((await list({ customerId: others.customerId, status: 'placed' })).ids).toEqual([ids[5], ids[1]]);
    expect(await list({ status: 'paid' })).toEqual({ ids: [], next: null });
  });

  test.each([1, 2, 3, 7])('of %i follow each other without skipping or repeating', async (limit) => {
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await list({ ...(after !== undefined && { after }) }, limit);
      seen.push(...page.ids);
      after = page.next ?? undefined;
      // what comes in, or changes, between two pages
      await write(v7(), orderPlaced, orderValidated);
    } while (after !== undefined);
    expect(seen).toEqual(newestFirst);
  });

  test('tell orders of the same instant apart', async () => {
    await bench.postgres.pool.query(`UPDATE orders_v1.orders SET placed_at = '2026-11-02T10:00:00.123Z'`);
    const { next, ids: first } = await list({}, 4);
    const { ids: second } = await list({ after: next! }, 4);
    expect([...first, ...second]).toEqual(newestFirst);
  });

  test('refuse a cursor that none of them gave out', async () => {
    await expect(list({ after: 'nonsense' })).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
  });
});
