import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { v7 } from 'uuid';
import { CheckpointWatch, ProjectionReads } from '#mechanisms/projections/index';
import type { Freshness } from '#mechanisms/projections/index';
import { recordsOf } from '#mechanisms/projections/testing/encode-records';
import { ProjectionBench } from '#mechanisms/projections/testing/projection-bench';
import { catalogueOf } from '#mechanisms/testing/in-memory-catalogue';
import type { OrderEvent } from '../events/order.events.ts';
import * as example from '../examples/order.examples.ts';
import { ExplainOrder, ExplainOrderHandler } from '../queries/explain-order.query.ts';
import { GetOrderHistory, GetOrderHistoryHandler } from '../queries/get-order-history.query.ts';
import { GetOrderState, GetOrderStateHandler } from '../queries/get-order-state.query.ts';
import { order } from '../topic/order.topic.ts';
import { orderHistory, OrderHistoryProjection } from './order-history.projection.ts';

const catalogue = catalogueOf(...order.events.declarations);
const record = recordsOf(order, catalogue);
const { customerId, orderId, orderPlaced, orderValidated, orderPaid, orderShipped, orderDelivered } = example;
const now = { tokens: [], waitMs: 0 };

let bench: ProjectionBench;
let watch: CheckpointWatch;
let reads: ProjectionReads;
beforeAll(async () => {
  const projection = new OrderHistoryProjection();
  bench = await ProjectionBench.open(process.env['TEST_DATABASE_URL']!, {
    projection: orderHistory.projection,
    entity: order,
    catalogue,
    handler: (events, sql) => projection.apply(events, sql),
  });
  watch = new CheckpointWatch(bench.postgres);
  reads = new ProjectionReads(bench.postgres, watch);
});
afterAll(async () => {
  await watch.close();
  await bench.close();
});
beforeEach(() => bench.reset());

const life = [orderPlaced, orderValidated, orderPaid, orderShipped, orderDelivered];
const write = (events: readonly OrderEvent[]) =>
  bench.project(
    events.map((event, index) => record(index, event, index + 1)),
    0,
    events.length,
  );
const historyOf = (id: string, freshness: Freshness = now) =>
  new GetOrderHistoryHandler(reads).execute(new GetOrderHistory(id, freshness));
const stateAt = (moment: { version: number } | { at: number }) =>
  new GetOrderStateHandler(reads).execute(new GetOrderState(orderId, moment, now));

test('twice delivered, and again from zero, the rows are the same', async () => {
  const records = life.map((event, index) => record(index, event, index + 1));
  const twice = [...records, ...records].map((one, offset) => ({ ...one, offset }));
  await bench.project(twice, 0, twice.length);
  const rows = await bench.rows('events', 'entity_id, version');
  expect(rows).toHaveLength(life.length);
  await bench.reset();
  await bench.project(records, 0, records.length);
  expect(await bench.rows('events', 'entity_id, version')).toEqual(rows);
});

test('the history holds every field of every event, with times that people can read', async () => {
  await write(life);
  const { items } = (await historyOf(orderId))!;
  const { type: _type, ...placed } = orderPlaced;
  expect(items).toMatchObject(life.map(({ type }, index) => ({ version: index + 1, type })));
  expect(items[0]!.data).toStrictEqual({ ...placed, validateBy: '2026-11-02T10:00:30.000Z' });
  expect(items[1]!.data['payBy']).toBe('2026-11-02T10:15:00.000Z');
  expect(await historyOf(v7())).toBeUndefined();
});

describe('an order as it was', () => {
  beforeEach(() => write(life));
  const placed = {
    orderId,
    version: 1,
    status: 'placed',
    customer: { customerId },
    lines: orderPlaced.lines,
    total: orderPlaced.total,
    placedAt: '2026-11-02T10:00:00.000Z',
    updatedAt: '2026-11-02T10:00:00.000Z',
  };
  const shipment = { carrier: 'DHL', trackingNumber: '00340434161094042557' };

  test('at each of its versions', async () => {
    expect(await stateAt({ version: 1 })).toStrictEqual(placed);
    expect(await stateAt({ version: 3 })).toMatchObject({ version: 3, status: 'paid' });
    expect(await stateAt({ version: 5 })).toStrictEqual({
      ...placed,
      version: 5,
      status: 'delivered',
      shipment,
      updatedAt: '2026-11-02T10:00:04.000Z',
    });
  });

  test('at a time', async () => {
    const at = Date.parse(placed.placedAt);
    expect(await stateAt({ at: at - 1 })).toBeUndefined();
    expect(await stateAt({ at: at + 999 })).toStrictEqual(placed);
    expect(await stateAt({ at: at + 1000 })).toMatchObject({ version: 2, status: 'validated' });
  });

  test('not beyond its newest version', async () => expect(await stateAt({ version: 6 })).toBeUndefined());
});

test('an order that ended shows why it did', async () => {
  await write([orderPlaced, example.orderCancelled]);
  expect(await stateAt({ version: 2 })).toMatchObject({
    status: 'cancelled',
    reason: 'CANCELLED_ON_REQUEST',
    reasonText: 'changed my mind',
  });
  const explained = await new ExplainOrderHandler(reads).execute(new ExplainOrder(orderId, now));
  expect(explained).toMatchObject({ status: 'cancelled', because: [{}, { version: 2, type: 'OrderCancelled' }] });
});

test('a token is waited for', async () => {
  const tokens = [{ topic: order.events.topic, partition: 0, offset: 4, entityId: orderId }];
  await expect(historyOf(orderId, { tokens, waitMs: 0 })).rejects.toMatchObject({ code: 'NOT_CAUGHT_UP' });
  const answer = historyOf(orderId, { tokens, waitMs: 10_000 });
  await write(life);
  expect((await answer)!.items).toHaveLength(5);
});
