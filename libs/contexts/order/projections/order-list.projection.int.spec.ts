import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { v7 } from 'uuid';
import type { LogRecord } from '#mechanisms/kafka/index';
import { FIRST_RECORD_AT, recordsOf } from '#mechanisms/projections/testing/encode-records';
import { ProjectionBench } from '#mechanisms/projections/testing/projection-bench';
import { catalogueOf } from '#mechanisms/testing/in-memory-catalogue';
import type { OrderEvent } from '../events/order.events.ts';
import * as example from '../examples/order.examples.ts';
import { order } from '../topic/order.topic.ts';
import { OrderListProjection, orders } from './order-list.projection.ts';
import { OrderListRow } from './order-list.table.ts';
import { OrderCustomerRow, OrderPaymentRow } from './order-neighbours.table.ts';

const catalogue = catalogueOf(...order.events.declarations);
const record = recordsOf(order, catalogue);
const { orderPlaced, orderValidated, orderPaid, orderShipped, orderDelivered, orderRejected, orderCancelled } = example;
const lives: OrderEvent[][] = [
  [orderPlaced],
  [orderPlaced, orderRejected],
  [orderPlaced, orderCancelled],
  [orderPlaced, orderValidated, { ...orderCancelled, reason: 'PAYMENT_TIMED_OUT', reasonText: null }],
  [orderPlaced, orderValidated, orderPaid, orderShipped, orderDelivered],
];

/** What one event shows in the row, written apart from the projection. */
const shown = (event: OrderEvent): object => {
  const { type } = event;
  const status = type.replace('Order', '').toLowerCase();
  if (type === 'OrderShipped') return { status, carrier: event.carrier, tracking_number: event.trackingNumber };
  if (type === 'OrderRejected') return { status, reason: event.reason };
  if (type === 'OrderCancelled') return { status, reason: event.reason, reason_text: event.reasonText };
  if (type !== 'OrderPlaced') return { status };
  const { customerId, lines, total } = event;
  return { status, customer_id: customerId, lines, total_amount: String(total.amount), currency: total.currency };
};
const unset = { reason: null, reason_text: null, carrier: null, tracking_number: null };

type Fact = { readonly event: OrderEvent; readonly version: number };

/** The rows that facts in this order lead to. */
function fold(facts: readonly Fact[]): object[] {
  const rows = new Map<string, object>();
  for (const [offset, { event, version }] of facts.entries()) {
    const at = new Date(FIRST_RECORD_AT + offset * 1000);
    const before = rows.get(event.orderId) ?? { order_id: event.orderId, placed_at: at, ...unset };
    rows.set(event.orderId, { ...before, ...shown(event), version: String(version), updated_at: at });
  }
  return [...rows.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

/** Orders of random lives whose events are mixed at random, each order's in their order. */
const facts = fc
  .array(fc.record({ life: fc.constantFrom(...lives), at: fc.array(fc.nat(1000), { minLength: 5, maxLength: 5 }) }), {
    minLength: 1,
    maxLength: 8,
  })
  .map((all) =>
    all
      .flatMap(({ life, at }) => {
        const orderId = v7();
        const times = at.sort((a, b) => a - b);
        return life.map((event, index) => ({ event: { ...event, orderId }, version: index + 1, time: times[index]! }));
      })
      .sort((a, b) => a.time - b.time),
  );

let bench: ProjectionBench;
const rows = () => bench.rows('orders', 'order_id');
beforeAll(async () => {
  const projection = new OrderListProjection();
  bench = await ProjectionBench.open(process.env['TEST_DATABASE_URL']!, {
    projection: orders,
    entity: order,
    catalogue,
    handler: (events, sql) => projection.apply(events, sql),
  });
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

const toRecords = (all: readonly Fact[]) => all.map(({ event, version }, offset) => record(offset, event, version));
const projectAll = (records: readonly LogRecord[], from: number) =>
  bench.project(
    records.map((one, index) => ({ ...one, offset: from + index })),
    from,
    from + records.length,
  );

describe('rows equal a fold of the events', () => {
  test('in random slices, with every event delivered twice, and again from zero', async () => {
    await fc.assert(
      fc.asyncProperty(facts, fc.infiniteStream(fc.integer({ min: 1, max: 6 })), async (all, sizes) => {
        await bench.reset();
        const records = toRecords(all);
        let offset = 0;
        for (let done = 0; done < records.length;) {
          const slice = records.slice(done, done + sizes.next().value!);
          await projectAll([...slice, ...slice], offset);
          offset += slice.length * 2;
          done += slice.length;
        }
        const sliced = await rows();
        await bench.reset();
        await projectAll(records, 0);
        expect(await rows()).toEqual(fold(all));
        expect(sliced).toEqual(fold(all));
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  test('with the largest amounts, and every character that JSON and SQL know as special', async () => {
    const name = `"';--\\ {}[],NULL $1 \u2028 \t é 漢 😀`;
    // the largest that avsc writes
    const unitPrice = { amount: Number.MAX_SAFE_INTEGER - 1, currency: 'EUR' };
    const placed: OrderEvent = {
      ...orderPlaced,
      lines: [{ sku: '"{}', name, quantity: 1, unitPrice }],
      total: unitPrice,
    };
    const all = [
      { event: placed, version: 1 },
      { event: { ...orderCancelled, reasonText: name }, version: 2 },
    ];
    await projectAll(toRecords(all), 0);
    expect(await rows()).toEqual(fold(all));
  });
});

describe('an event that does not continue its order is refused with the name of the order', () => {
  const refused = { code: 'TOO_MANY_PARKED', message: expect.stringContaining(example.orderId) };
  const offset = 2;
  beforeEach(() => projectAll([record(0, orderPlaced, 1), record(1, orderValidated, 2)], 0));

  test.each([
    ['a gap', orderShipped, 4],
    ['the stored version with another event', orderCancelled, 2],
    ['a lower version with another event', orderPlaced, 1],
    ['an order that is not there', { ...orderPaid, orderId: v7() }, 3],
  ])('%s', async (_case, event, version) => {
    const before = await rows();
    const bad = record(offset, event, version);
    const error = { ...refused, message: expect.stringContaining(event.orderId) };
    await expect(projectAll([bad], offset)).rejects.toMatchObject(error);
    await expect(projectAll([record(offset, { ...orderPlaced, orderId: v7() }, 1), bad], offset)).rejects.toMatchObject(
      error,
    );
    expect(await rows()).toEqual(expect.arrayContaining(before));
    expect((await bench.checkpoint()).nextOffset).toBe(offset + 1);
  });
});

test('the entities of TypeORM are what the migration makes', async () => {
  expect(await bench.differencesFrom([OrderListRow, OrderCustomerRow, OrderPaymentRow])).toEqual([]);
});
