import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { v7 } from 'uuid';
import { CheckpointWatch, ProjectionReads } from '#mechanisms/projections/index';
import type { Freshness } from '#mechanisms/projections/index';
import type { OrderEvent } from '../events/order.events.ts';
import { orderCancelled, orderPlaced } from '../examples/order.examples.ts';
import { OrdersBench } from '../projections/testing/orders-bench.ts';
import { SummarizeOrders, SummarizeOrdersHandler } from './summarize-orders.query.ts';
import type { OrderSummaryRequest } from './summarize-orders.query.ts';

const FIRST = '0192f0c1-0000-7000-8000-0000000000c1';
const SECOND = '0192f0c1-0000-7000-8000-0000000000c2';

let bench: OrdersBench;
let watch: CheckpointWatch;
beforeAll(async () => {
  bench = await OrdersBench.open(process.env['TEST_DATABASE_URL']!);
  watch = new CheckpointWatch(bench.bench.postgres);
});
afterAll(async () => {
  await watch.close();
  await bench.close();
});
beforeEach(() => bench.reset());

const summarize = (request: OrderSummaryRequest, freshness: Freshness = { tokens: [], waitMs: 0 }) =>
  new SummarizeOrdersHandler(new ProjectionReads(bench.bench.postgres, watch)).execute(
    new SummarizeOrders(request, freshness),
  );

/** Places one order at a time, and lets more events follow. */
async function place(at: string, customerId: string, amount: number, currency: string, ...more: OrderEvent[]) {
  const orderId = v7();
  const placed = { ...orderPlaced, total: { amount, currency }, customerId };
  await bench.project(
    [placed, ...more].map((event, index) => ({ of: 'order', event: { ...event, orderId }, version: index + 1 })),
  );
  await bench.bench.postgres.pool.query('UPDATE orders_v1.orders SET placed_at = $2 WHERE order_id = $1', [
    orderId,
    at,
  ]);
}

const some = async () => {
  await place('2026-11-01T23:59:59.999Z', FIRST, 1, 'EUR');
  await place('2026-11-02T00:00:00.000Z', FIRST, 20, 'EUR', orderCancelled);
  await place('2026-11-02T12:00:00.000Z', SECOND, 300, 'EUR');
  await place('2026-11-02T23:59:59.999Z', SECOND, 4000, 'JPY');
};
const item = (group: string, currency: string, count: number, total: number) => ({ group, currency, count, total });

test('nothing is nothing', async () => expect(await summarize({ groupBy: 'status' })).toEqual({ items: [] }));

test.each<[OrderSummaryRequest['groupBy'], object[]]>([
  ['status', [item('cancelled', 'EUR', 1, 20), item('placed', 'EUR', 2, 301), item('placed', 'JPY', 1, 4000)]],
  ['day', [item('2026-11-01', 'EUR', 1, 1), item('2026-11-02', 'EUR', 2, 320), item('2026-11-02', 'JPY', 1, 4000)]],
  ['customer', [item(FIRST, 'EUR', 2, 21), item(SECOND, 'EUR', 1, 300), item(SECOND, 'JPY', 1, 4000)]],
])('by %s, currencies apart', async (groupBy, items) => {
  await some();
  expect(await summarize({ groupBy })).toStrictEqual({ items });
});

test('from a time, and up to but without a time', async () => {
  await some();
  const [from, to] = [new Date('2026-11-02T00:00:00.000Z'), new Date('2026-11-02T23:59:59.999Z')];
  expect(await summarize({ groupBy: 'day', from, to })).toEqual({ items: [item('2026-11-02', 'EUR', 2, 320)] });
  expect(await summarize({ groupBy: 'day', to: from })).toEqual({ items: [item('2026-11-01', 'EUR', 1, 1)] });
  expect((await summarize({ groupBy: 'day', from: to })).items).toEqual([item('2026-11-02', 'JPY', 1, 4000)]);
});

test('a sum that no number of JavaScript holds is exact in the answer', async () => {
  const largest = Number.MAX_SAFE_INTEGER - 1;
  await place('2026-11-02T00:00:00Z', FIRST, largest, 'EUR');
  await place('2026-11-02T00:00:00Z', FIRST, largest, 'EUR');
  await place('2026-11-02T00:00:00Z', FIRST, 1, 'EUR');
  expect(JSON.stringify(await summarize({ groupBy: 'status' }))).toContain('"total":18014398509481981}');
});

test('a token is waited for', async () => {
  const tokens = [{ topic: 'order-events', partition: 0, offset: 0, entityId: v7() }];
  await expect(summarize({ groupBy: 'status' }, { tokens, waitMs: 0 })).rejects.toMatchObject({
    code: 'NOT_CAUGHT_UP',
  });
});
