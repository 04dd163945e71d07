import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { v7 } from 'uuid';
import { CheckpointWatch, ProjectionReads } from '#mechanisms/projections/index';
import { recordsOf } from '#mechanisms/projections/testing/encode-records';
import { ProjectionBench } from '#mechanisms/projections/testing/projection-bench';
import { catalogueOf } from '#mechanisms/testing/in-memory-catalogue';
import type { CustomerEvent } from '../events/customer.events.ts';
import {
  creditDeclined,
  creditLimitChanged,
  creditReserved,
  customerId,
  customerRegistered,
  customerSuspended,
  eur,
} from '../examples/customer.examples.ts';
import { customers, CustomerListProjection } from '../projections/customer-list.projection.ts';
import { customer } from '../topic/customer.topic.ts';
import { GetCustomer, GetCustomerHandler } from './get-customer.query.ts';
import { ListCustomers, ListCustomersHandler } from './list-customers.query.ts';
import type { CustomerListRequest } from './list-customers.query.ts';

const catalogue = catalogueOf(...customer.events.declarations);
const record = recordsOf(customer, catalogue);
const now = { tokens: [], waitMs: 0 };

let bench: ProjectionBench;
let watch: CheckpointWatch;
let getCustomer: GetCustomerHandler;
let listCustomers: ListCustomersHandler;
let offset: number;
beforeAll(async () => {
  const projection = new CustomerListProjection();
  bench = await ProjectionBench.open(process.env['TEST_DATABASE_URL']!, {
    projection: customers,
    entity: customer,
    catalogue,
    handler: (events, sql) => projection.apply(events, sql),
  });
  watch = new CheckpointWatch(bench.postgres);
  const reads = new ProjectionReads(bench.postgres, watch);
  getCustomer = new GetCustomerHandler(reads, customers);
  listCustomers = new ListCustomersHandler(reads, customers);
});
afterAll(async () => {
  await watch.close();
  await bench.close();
});
beforeEach(async () => {
  await bench.reset();
  offset = 0;
});

/** Projects the events of one customer, each a second after the one before. */
async function write(id: string, ...events: CustomerEvent[]): Promise<void> {
  const records = events.map((event, index) => record(offset + index, { ...event, customerId: id }, index + 1));
  await bench.project(records, offset, offset + events.length);
  offset += events.length;
}
const get = (id: string) => getCustomer.execute(new GetCustomer(id, now));
const list = async (request: Omit<CustomerListRequest, 'limit'>, limit = 20) => {
  const { items, next } = await listCustomers.execute(new ListCustomers({ ...request, limit }, now));
  return { ids: items.map(({ customerId: id }) => id), next };
};

describe('one customer', () => {
  test('as it is served', async () => {
    await write(customerId, creditDeclined, customerRegistered, creditReserved, customerSuspended);
    expect(await get(customerId)).toStrictEqual({
      customerId,
      version: 4,
      name: 'Ada Example',
      email: 'ada@example.org',
      status: 'suspended',
      creditLimit: eur(10_000),
      reserved: eur(4_498),
      available: eur(5_502),
      registeredAt: '2026-11-02T10:00:01.000Z',
      updatedAt: '2026-11-02T10:00:03.000Z',
    });
  });

  test('with less than nothing available after its limit was lowered', async () => {
    await write(customerId, customerRegistered, creditReserved, creditLimitChanged);
    expect(await get(customerId)).toMatchObject({ creditLimit: eur(4_000), available: eur(-498) });
  });

  test('that is not there', async () => expect(await get(customerId)).toBeUndefined());

  test('that is not registered is shown nowhere', async () => {
    await write(customerId, creditDeclined);
    expect(await get(customerId)).toBeUndefined();
    expect(await list({})).toEqual({ ids: [], next: null });
  });

  test('once its token is passed', async () => {
    const token = { topic: customer.events.topic, partition: 0, offset: 0, entityId: customerId };
    const early = getCustomer.execute(new GetCustomer(customerId, { tokens: [token], waitMs: 0 }));
    await expect(early).rejects.toMatchObject({ code: 'NOT_CAUGHT_UP' });
    const answer = getCustomer.execute(new GetCustomer(customerId, { tokens: [token], waitMs: 10_000 }));
    await write(customerId, customerRegistered);
    expect(await answer).toMatchObject({ customerId, version: 1 });
  });
});

describe('pages', () => {
  const ids = Array.from({ length: 7 }, () => v7());
  const newestFirst = ids.toReversed();
  beforeEach(async () => {
    for (const [index, id] of ids.entries()) {
      await write(v7(), creditDeclined);
      await (index === 3 ? write(id, customerRegistered, customerSuspended) : write(id, customerRegistered));
    }
  });

  test('hold the newest first', async () => {
    expect(await list({})).toEqual({ ids: newestFirst, next: null });
  });

  test('hold what the single customer shows', async () => {
    const { items } = await listCustomers.execute(new ListCustomers({ limit: 1 }, now));
    expect(items[0]).toStrictEqual(await get(items[0]!.customerId));
  });

  test('filter by status', async () => {
    expect(await list({ status: 'suspended' })).toEqual({ ids: [ids[3]], next: null });
    expect((await list({ status: 'active' })).ids).toEqual(newestFirst.filter((id) => id !== ids[3]));
  });

  test.each([1, 2, 3, 7])('of %i follow each other without skipping or repeating', async (limit) => {
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await list({ ...(after !== undefined && { after }) }, limit);
      seen.push(...page.ids);
      after = page.next ?? undefined;
      // what comes in between two pages
      await write(v7(), customerRegistered, creditReserved);
    } while (after !== undefined);
    expect(seen).toEqual(newestFirst);
  });

  test('tell customers of the same instant apart', async () => {
    await bench.postgres.pool.query(
      `UPDATE customers_v1.customers SET registered_at = '2026-11-02T10:00:00.123Z' WHERE registered_at IS NOT NULL`,
    );
    const { next, ids: first } = await list({}, 4);
    const { ids: second } = await list({ after: next! }, 4);
    expect([...first, ...second]).toEqual(newestFirst);
  });

  test('refuse a cursor that none of them gave out', async () => {
    await expect(list({ after: 'nonsense' })).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
  });
});

describe('a search', () => {
  const contacts = [
    ['Ada Example', 'ada@example.org'],
    ['Jürgen Ärger', 'j.aerger@shop.example'],
    ['100% Cotton_Ltd', 'info@cotton.example'],
    [String.raw`Back\slash`, 'back@slash.example'],
  ] as const;
  beforeEach(async () => {
    for (const [name, email] of contacts) await write(v7(), { ...customerRegistered, name, email });
    await write(v7(), { ...customerRegistered, name: 'Ada Suspended' }, customerSuspended);
  });

  const found = async (request: Omit<CustomerListRequest, 'limit'>) => {
    const { items } = await listCustomers.execute(new ListCustomers({ ...request, limit: 20 }, now));
    return items.map(({ name }) => name).sort();
  };

  test.each([
    [
      'a part of a name',
      'xamp',
      ['100% Cotton_Ltd', 'Ada Example', 'Ada Suspended', String.raw`Back\slash`, 'Jürgen Ärger'],
    ],
    ['a part of an e-mail address', '@SHOP', ['Jürgen Ärger']],
    ['any case', 'aDA e', ['Ada Example']],
    ['any case beyond ASCII', 'JÜRGEN ä', ['Jürgen Ärger']],
    ['a percent sign', '%', ['100% Cotton_Ltd']],
    ['an underscore', '_', ['100% Cotton_Ltd']],
    ['a backslash', '\\', [String.raw`Back\slash`]],
    ['nothing that is there', 'zzz', []],
  ])('finds %s', async (_, search, names) => expect(await found({ search })).toEqual(names));

  test('is combined with the status', async () => {
    expect(await found({ search: 'ada', status: 'suspended' })).toEqual(['Ada Suspended']);
  });
});
