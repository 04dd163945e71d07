import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { v7 } from 'uuid';
import { orderPlaced, orderRejected, orderValidated } from '../examples/order.examples.ts';
import * as neighbour from './testing/neighbour-facts.ts';
import { OrdersBench } from './testing/orders-bench.ts';
import type { Fact } from './testing/orders-bench.ts';

const { customerRegistered, creditReserved, creditDeclined, customerLives, capturedPayment, paymentLives } = neighbour;

interface Ids {
  readonly orderId: string;
  readonly customerId: string;
  readonly paymentId: string;
}

let bench: OrdersBench;
beforeAll(async () => {
  bench = await OrdersBench.open(process.env['TEST_DATABASE_URL']!);
});
afterAll(() => bench.close());
beforeEach(() => bench.reset());

/** The life of an order, a customer and a payment that belong together, with ids of their own. */
function livesOf(
  ids: Ids,
  customer: (typeof customerLives)[number],
  payment: (typeof paymentLives)[number][3],
): Fact[] {
  const requests = new Map(payment.map((_, index) => [neighbour.requestAt(index + 1), v7()]));
  return [
    ...[orderPlaced, orderValidated].map((event, index) => fact('order', { ...event, ...ids }, index + 1)),
    ...customer.map((event, index) => fact('customer', { ...event, ...ids }, index + 1)),
    ...payment.map((event, index) => ({
      ...fact('payment', { ...event, ...ids, ...answered(event, requests) }, index + 1),
      eventId: requests.get(neighbour.requestAt(index + 1))!,
    })),
  ];
}

const fact = (of: Fact['of'], event: Fact['event'], version: number): Fact => ({ of, event, version });
const answered = (event: object, requests: ReadonlyMap<string, string>) =>
  'request' in event && { request: requests.get(event.request as string)! };
const freshIds = (): Ids => ({ orderId: v7(), customerId: v7(), paymentId: v7() });

async function tables(): Promise<unknown> {
  const [orders, customers, payments] = await Promise.all([
    bench.bench.rows('orders', 'order_id'),
    bench.bench.rows('customers', 'customer_id'),
    bench.bench.rows('payments', 'payment_id'),
  ]);
  return { orders: untimed(orders), customers: untimed(customers), payments: untimed(payments) };
}

/** Records of another slicing have other times. */
const untimed = (rows: readonly unknown[]): unknown[] =>
  (rows as readonly { open_requests?: object[] }[]).map(({ open_requests, ...row }) => ({
    ...Object.fromEntries(Object.entries(row).filter(([name]) => !name.endsWith('_at'))),
    ...(open_requests && { open_requests: open_requests.map((request) => ({ ...request, requestedAt: undefined })) }),
  }));

const joined = fc.record({
  customer: fc.constantFrom(...customerLives),
  payment: fc.constantFrom(...paymentLives),
  times: fc.array(fc.nat(1000), { minLength: 16, maxLength: 16 }),
});

/** Several orders whose facts come in any order, those of each entity in theirs. */
const histories = fc.array(joined, { minLength: 1, maxLength: 5 }).map((all) => {
  const lives = all.map((one) => ({ ...one, ids: freshIds() }));
  const facts = lives
    .flatMap(({ ids, customer, payment, times }) => {
      const each = { order: 0, customer: 5, payment: 10 };
      const sorted = [times.slice(0, 5), times.slice(5, 10), times.slice(10)].flatMap((some) =>
        some.sort((a, b) => a - b),
      );
      return livesOf(ids, customer, payment[3]).map((one) => ({ one, time: sorted[each[one.of]++] ?? 1000 }));
    })
    .sort((a, b) => a.time - b.time)
    .map(({ one }) => one);
  return { lives, facts };
});

describe('customers and payments', () => {
  test('are what their events say, in random slices of all topics, each event twice, and again from zero', async () => {
    await fc.assert(
      fc.asyncProperty(
        histories,
        fc.infiniteStream(fc.integer({ min: 1, max: 8 })),
        async ({ lives, facts }, sizes) => {
          await bench.reset();
          for (let done = 0; done < facts.length;) {
            const size = sizes.next().value!;
            await bench.project(facts.slice(done, done + size), 2);
            done += size;
          }
          const sliced = await tables();
          await bench.reset();
          await bench.project(facts);
          const rebuilt = await tables();
          expect(sliced).toEqual(rebuilt);
          expect(rebuilt).toMatchObject({
            customers: sortedBy(lives, ({ ids }) => ids.customerId).map(({ ids, customer }) => ({
              customer_id: ids.customerId,
              version: String(customer.length),
              name: customer.findLast((event) => 'name' in event)?.name ?? null,
              email: customer.findLast((event) => 'email' in event)?.email ?? null,
            })),
            payments: sortedBy(lives, ({ ids }) => ids.paymentId).map(({ ids, payment }) => ({
              payment_id: ids.paymentId,
              order_id: ids.orderId,
              version: String(payment[3].length),
              status: payment[0],
              currency: 'EUR',
              captured: String(payment[1]),
              refunded: String(payment[2]),
            })),
          });
        },
      ),
      { numRuns: 20 },
    );
  }, 60_000);

  test('with the largest amounts, and every character that SQL knows as special', async () => {
    const ids = freshIds();
    const name = `"';--\\ {}[],NULL $1 \u2028 \t é 漢 😀`;
    const amount = { amount: Number.MAX_SAFE_INTEGER - 1, currency: 'EUR' };
    const large = capturedPayment.map((event) => ('amount' in event ? { ...event, amount } : event));
    await bench.project(livesOf(ids, [{ ...customerRegistered, name, email: name }], large));
    expect(await tables()).toMatchObject({
      customers: [{ name, email: name }],
      payments: [{ captured: String(amount.amount) }],
    });
  });
});

const sortedBy = <Item>(items: readonly Item[], key: (item: Item) => string): Item[] =>
  items.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));

test('a topic writes its own table and leaves the others as they are', async () => {
  const ids = freshIds();
  const facts = livesOf(ids, [customerRegistered], capturedPayment);
  await bench.project(facts.filter(({ of }) => of === 'payment'));
  expect(await tables()).toMatchObject({ orders: [], customers: [], payments: [{ status: 'captured' }] });
  await bench.project(facts.filter(({ of }) => of === 'customer'));
  expect(await tables()).toMatchObject({ orders: [], customers: [{ name: 'Ada Example' }], payments: [{}] });
});

describe('an event that does not continue its entity is refused with its id', () => {
  const ids = freshIds();
  beforeEach(() => bench.project(livesOf(ids, [customerRegistered, creditReserved], capturedPayment)));

  const stranger = v7();
  const customerFact = (version: number, customerId = ids.customerId) =>
    fact('customer', { ...creditDeclined, customerId }, version);
  const paymentFact = (event: Fact['event'], version: number, paymentId = ids.paymentId) =>
    fact('payment', { ...event, orderId: ids.orderId, paymentId }, version);
  const [initiated, asked] = capturedPayment;

  test.each<[string, Fact, string]>([
    ['a customer, after a gap', customerFact(4), ids.customerId],
    ['a customer, at the stored version', customerFact(2), ids.customerId],
    ['a customer, from the beginning again', customerFact(1), ids.customerId],
    ['a customer that is not there', customerFact(2, stranger), stranger],
    ['a payment, after a gap', paymentFact(asked!, 7), ids.paymentId],
    ['a payment, at the stored version', paymentFact(asked!, 5), ids.paymentId],
    ['a payment, initiated again', paymentFact(initiated!, 6), ids.paymentId],
    ['a payment that is not there', paymentFact(asked!, 2, stranger), stranger],
    ['a payment that begins without being initiated', paymentFact(asked!, 1, stranger), stranger],
  ])('%s', async (_case, bad, id) => {
    const before = await tables();
    const refused = { code: 'TOO_MANY_PARKED', message: expect.stringContaining(id) };
    await expect(bench.project([bad])).rejects.toMatchObject(refused);
    expect(await tables()).toEqual(before);
  });
});

test('a second payment of an order is refused', async () => {
  const ids = freshIds();
  await bench.project(livesOf(ids, [customerRegistered], capturedPayment));
  const second = fact('payment', { ...capturedPayment[0]!, orderId: ids.orderId, paymentId: v7() }, 1);
  await expect(bench.project([second])).rejects.toMatchObject({ code: 'TOO_MANY_PARKED' });
  const rejected = fact('order', { ...orderRejected, orderId: v7() }, 1);
  await expect(bench.project([rejected])).rejects.toMatchObject({ code: 'TOO_MANY_PARKED' });
});
