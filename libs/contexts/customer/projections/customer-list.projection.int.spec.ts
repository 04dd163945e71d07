import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { v7 } from 'uuid';
import type { LogRecord } from '#mechanisms/kafka/index';
import { FIRST_RECORD_AT, recordsOf } from '#mechanisms/projections/testing/encode-records';
import { ProjectionBench } from '#mechanisms/projections/testing/projection-bench';
import { catalogueOf } from '#mechanisms/testing/in-memory-catalogue';
import type { CustomerEvent } from '../events/customer.events.ts';
import * as example from '../examples/customer.examples.ts';
import { customer } from '../topic/customer.topic.ts';
import { customers, CustomerListProjection } from './customer-list.projection.ts';
import { CustomerListRow } from './customer-list.table.ts';

const catalogue = catalogueOf(...customer.events.declarations);
const record = recordsOf(customer, catalogue);
const {
  customerRegistered,
  customerContactChanged,
  creditLimitChanged,
  customerSuspended,
  customerReactivated,
  creditReserved,
  creditDeclined,
  creditReleased,
  otherOrderId,
  eur,
} = example;
const reservedMore = { ...creditReserved, orderId: otherOrderId, amount: eur(2) };
const lives: CustomerEvent[][] = [
  [customerRegistered],
  [creditDeclined, creditDeclined],
  [creditDeclined, customerRegistered, creditReserved, customerSuspended, creditReleased],
  [customerRegistered, creditReserved, reservedMore, creditLimitChanged, creditReleased],
  [customerRegistered, customerSuspended, customerContactChanged, customerReactivated, creditReserved],
];

interface Row {
  readonly reserved: string;
}
const unregistered = {
  status: 'unregistered',
  name: null,
  email: null,
  credit_limit: null,
  currency: null,
  reserved: '0',
  registered_at: null,
};

/** What one event shows in the row, written apart from the projection. */
function shown(event: CustomerEvent, { reserved }: Row, at: Date): object {
  const { type } = event;
  if (type === 'CreditReserved') return { reserved: String(BigInt(reserved) + BigInt(event.amount.amount)) };
  if (type === 'CreditReleased') return { reserved: String(BigInt(reserved) - BigInt(event.amount.amount)) };
  if (type === 'CustomerSuspended') return { status: 'suspended' };
  if (type === 'CustomerReactivated') return { status: 'active' };
  const contact = 'name' in event && { name: event.name, email: event.email };
  const { amount, currency } = 'creditLimit' in event ? event.creditLimit : eur(0);
  const limit = 'creditLimit' in event && { credit_limit: String(amount), currency };
  return { ...contact, ...limit, ...(type === 'CustomerRegistered' && { status: 'active', registered_at: at }) };
}

type Fact = { readonly event: CustomerEvent; readonly version: number };

/** The rows that facts in this order lead to. */
function fold(facts: readonly Fact[]): object[] {
  const rows = new Map<string, Row>();
  for (const [offset, { event, version }] of facts.entries()) {
    const { customerId } = event;
    const at = new Date(FIRST_RECORD_AT + offset * 1000);
    const before = rows.get(customerId) ?? { customer_id: customerId, ...unregistered };
    const after = { ...before, ...shown(event, before, at), version: String(version), updated_at: at };
    rows.set(customerId, after);
  }
  return [...rows.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

/** Customers of random lives whose events are mixed at random, each customer's in their order. */
const facts = fc
  .array(fc.record({ life: fc.constantFrom(...lives), at: fc.array(fc.nat(1000), { minLength: 5, maxLength: 5 }) }), {
    minLength: 1,
    maxLength: 8,
  })
  .map((all) =>
    all
      .flatMap(({ life, at }) => {
        const customerId = v7();
        const times = at.sort((a, b) => a - b);
        return life.map((event, index) => ({
          event: { ...event, customerId },
          version: index + 1,
          time: times[index]!,
        }));
      })
      .sort((a, b) => a.time - b.time),
  );

let bench: ProjectionBench;
const rows = () => bench.rows('customers', 'customer_id');
beforeAll(async () => {
  const projection = new CustomerListProjection();
  bench = await ProjectionBench.open(process.env['TEST_DATABASE_URL']!, {
    projection: customers,
    entity: customer,
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
const historyOf = (...events: CustomerEvent[]): Fact[] => events.map((event, index) => ({ event, version: index + 1 }));

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

  test('with the largest amounts, and every character that SQL knows as special', async () => {
    const amount = eur(Number.MAX_SAFE_INTEGER - 1);
    const name = `"';--\\ {}[],NULL $1 % _ \u2028 é 漢 😀`;
    const all = historyOf(
      { ...customerRegistered, name, email: name, creditLimit: amount },
      { ...creditReserved, amount },
      { ...creditReleased, amount },
      { ...creditReserved, amount },
    );
    for (const [offset, one] of toRecords(all).entries()) await projectAll([one], offset);
    expect(await rows()).toEqual(fold(all));
  });
});

describe('an event that does not continue its customer is refused with the name of the customer', () => {
  const offset = 2;
  beforeEach(() => projectAll(toRecords(historyOf(customerRegistered, creditReserved)), 0));

  test.each<[string, CustomerEvent, number]>([
    ['a gap', customerSuspended, 4],
    ['the stored version with another event', creditReleased, 2],
    ['a lower version with another event', customerRegistered, 1],
    ['a customer that is not there', { ...creditReserved, customerId: v7() }, 3],
    ['a stream that begins with a reservation', { ...creditReserved, customerId: v7() }, 1],
  ])('%s', async (_case, event, version) => {
    const before = await rows();
    const bad = record(offset, event, version);
    const error = { code: 'TOO_MANY_PARKED', message: expect.stringContaining(event.customerId) };
    await expect(projectAll([bad], offset)).rejects.toMatchObject(error);
    const good = record(offset, { ...customerRegistered, customerId: v7() }, 1);
    await expect(projectAll([good, bad], offset)).rejects.toMatchObject(error);
    expect(await rows()).toEqual(expect.arrayContaining(before));
    expect((await bench.checkpoint()).nextOffset).toBe(offset + 1);
  });
});

describe('a row that no sequence of decisions leads to is refused', () => {
  test('a customer who changes without being registered', async () => {
    const bad = toRecords(historyOf(creditDeclined, customerSuspended));
    await expect(projectAll(bad, 0)).rejects.toMatchObject({ code: 'TOO_MANY_PARKED', at: { offset: 1 } });
  });
  test('less than nothing is reserved', async () => {
    const bad = toRecords(historyOf(customerRegistered, creditReleased));
    await expect(projectAll(bad, 0)).rejects.toMatchObject({ code: 'TOO_MANY_PARKED', at: { offset: 1 } });
  });
});

test('the entity of TypeORM is what the migration makes', async () => {
  expect(await bench.differencesFrom([CustomerListRow])).toEqual([]);
});
