import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { v7 } from 'uuid';
import { CheckpointWatch, ProjectionReads, sqlFor } from '#mechanisms/projections/index';
import { prepareDatabase } from '#mechanisms/projections/versions/prepare-database';
import { recordsOf } from '#mechanisms/projections/testing/encode-records';
import { readEvents } from '#mechanisms/projections/batches/read-events';
import { EventDecoder } from '#mechanisms/schemas/index';
import { catalogueOf } from '#mechanisms/testing/in-memory-catalogue';
import type { OrderEvent } from '../events/order.events.ts';
import { orderCancelled, orderPaid, orderPlaced, orderShipped, orderValidated } from '../examples/order.examples.ts';
import { orderHistory } from '../projections/order-history.projection.ts';
import { customerContactChanged, customerRegistered } from '../projections/testing/neighbour-facts.ts';
import { OrdersBench } from '../projections/testing/orders-bench.ts';
import { order } from '../topic/order.topic.ts';
import { ListOrders, ListOrdersHandler } from './list-orders.query.ts';
import type { OrderListRequest } from './order-page.ts';

const catalogue = catalogueOf(...order.events.declarations);
const decoder = new EventDecoder(order.events.declarations, catalogue);
const record = recordsOf(order, catalogue);

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
beforeEach(async () => {
  await bench.reset();
  await bench.bench.postgres.pool.query('DROP SCHEMA IF EXISTS order_history_v1 CASCADE');
  await prepareDatabase(bench.bench.postgres, [orderHistory.projection]);
});

/** Both projections that a search reads get the events. */
async function write(orderId: string, events: readonly OrderEvent[], from = 1): Promise<void> {
  const own = events.map((event) => ({ ...event, orderId }));
  const offset = bench.offsetOf('order');
  const records = own.map((event, index) => record(offset + index, event, from + index));
  const batch = {
    topic: order.events.topic,
    partition: 0,
    records,
    fromOffset: offset,
    nextOffset: offset + own.length,
  };
  await bench.project(own.map((event, index) => ({ of: 'order', event, version: from + index })));
  await orderHistory.apply(
    readEvents(batch, { decoder, idField: order.idField }).events as never,
    sqlFor('order_history_v1', bench.bench.postgres.pool),
  );
}

async function place(
  lines: readonly (readonly [sku: string, name: string])[],
  customerId = v7(),
  more: OrderEvent[] = [],
) {
  const orderId = v7();
  const unitPrice = { amount: 1, currency: 'EUR' };
  const placed = {
    ...orderPlaced,
    customerId,
    lines: lines.map(([sku, name]) => ({ sku, name, quantity: 1, unitPrice })),
  };
  await write(orderId, [placed, ...more]);
  return orderId;
}

const contact = (customerId: string, name: string, version: number) =>
  bench.project([
    {
      of: 'customer',
      event: { ...(version === 1 ? customerRegistered : customerContactChanged), customerId, name },
      version,
    },
  ]);

const page = (request: Omit<OrderListRequest, 'limit'>, limit = 20) =>
  new ListOrdersHandler(new ProjectionReads(bench.bench.postgres, watch)).execute(
    new ListOrders({ ...request, limit }, { tokens: [], waitMs: 0 }),
  );
const found = async (request: Omit<OrderListRequest, 'limit'>) =>
  (await page(request)).items.map(({ orderId }) => orderId);

const shipped = [orderValidated, orderPaid, orderShipped];

describe('a search finds', () => {
  const ada = v7();
  let lamp: string;
  let mug: string;
  beforeEach(async () => {
    lamp = await place(
      [
        ['LMP-77/b', 'Désk Lamp, 100% brass'],
        ['CBL', String.raw`Cable "5_m" \ black`],
      ],
      ada,
    );
    mug = await place([['MUG', 'Mug']], v7(), shipped);
    await contact(ada, 'Ada King Lovelace', 1);
  });

  test.each<[string, string, ('lamp' | 'mug')[]]>([
    ['a part of a name', 'amp', ['lamp']],
    ['one character', 'g', ['lamp', 'mug']],
    ['any case', 'DÉSK LAMP', ['lamp']],
    ['a sku', 'lmp-77/B', ['lamp']],
    ['all words in any order', 'brass lamp cable désk', ['lamp']],
    ['a customer', 'lovelace', ['lamp']],
    ["a customer's words in any order", 'lovelace ada', ['lamp']],
    ['a part of a tracking number', '94042557', ['mug']],
    ['nothing when one of the words is missing', 'brass mug', []],
    ['what is special to patterns as it stands: %', '100%', ['lamp']],
    ['and not otherwise: %', 'd%k', []],
    ['what is special to patterns as it stands: _', '5_m', ['lamp']],
    ['and not otherwise: _', '5_meter', []],
    ['a backslash', String.raw`\ black`, ['lamp']],
    ['a quote', `"5_m"`, ['lamp']],
    ['no operator of a search language', '-mug', ['mug']],
    ['no SQL', `' OR 1=1 --`, []],
    ['nothing by the currency or the other fields', 'unitPrice', []],
  ])('%s: %s', async (_case, search, wanted) => {
    const ids = { lamp, mug };
    expect((await found({ search })).sort()).toEqual(wanted.map((name) => ids[name]).sort());
  });

  test('what the single list shows', async () => {
    const { items } = await page({ search: 'lamp' });
    expect(items).toStrictEqual((await page({})).items.filter(({ orderId }) => orderId === lamp));
  });

  test('only what the other conditions allow too', async () => {
    expect(await found({ search: 'mug', status: 'shipped' })).toEqual([mug]);
    expect(await found({ search: 'mug', status: 'placed' })).toEqual([]);
    expect(await found({ search: 'lamp', customerId: ada })).toEqual([lamp]);
    expect(await found({ search: 'lamp', customerId: v7() })).toEqual([]);
  });

  test('a customer by the name of today', async () => {
    await contact(ada, 'Grace', 2);
    expect(await found({ search: 'lovelace' })).toEqual([]);
    expect(await found({ search: 'grace' })).toEqual([lamp]);
  });
});

test('the better match comes first, the newer of two alike before the older', async () => {
  const far = await place([['X', 'A shade for some lampshop']]);
  const older = await place([['X', 'Lamp']]);
  const newer = await place([['Y', 'Lamp']]);
  const customerId = v7();
  const byName = await place([['Z', 'Chair']], customerId);
  await contact(customerId, 'Lamp Ltd', 1);
  expect(await found({ search: 'lamp' })).toEqual([newer, older, far, byName]);
});

test.each([1, 2, 3])('pages of %i neither skip nor repeat, whatever changes between them', async (limit) => {
  const customerId = v7();
  await contact(customerId, 'Nobody', 1);
  const ids: string[] = [];
  for (const name of ['Lamp', 'Lampshade', 'A lamp of brass', 'Lamp', 'Two lamps', 'Lampion']) {
    ids.push(await place([['A', name]], customerId));
  }
  const order = await found({ search: 'lamp' });
  expect(order.toSorted()).toEqual(ids.toSorted());
  const changes: (() => Promise<unknown>)[] = [
    () => contact(customerId, 'Lamp Lamp', 2),
    () => write(order.at(-1)!, [orderValidated, orderPaid, { ...orderShipped, trackingNumber: 'lamp' }], 2),
    () => write(order[0]!, [orderCancelled], 2),
    () => contact(customerId, 'Nobody', 3),
  ];
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const { items, next } = await page({ search: 'lamp', ...(after !== undefined && { after }) }, limit);
    seen.push(...items.map(({ orderId }) => orderId));
    after = next ?? undefined;
    await changes.shift()?.();
  } while (after !== undefined);
  expect(seen).toEqual(order);
});

test('a cursor of a list without a search is none of a search, and the other way round', async () => {
  for (const name of ['Lamp', 'Lamp']) await place([['A', name]]);
  const { next: ranked } = await page({ search: 'lamp' }, 1);
  const { next: plain } = await page({}, 1);
  await expect(page({ after: ranked! })).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
  await expect(page({ search: 'lamp', after: plain! })).rejects.toMatchObject({ code: 'INVALID_CURSOR' });
});

test('orders are found by the time of their placement: from one, and up to but without another', async () => {
  const ids = [await place([['A', 'a']]), await place([['A', 'b']]), await place([['A', 'c']])];
  const times = (await page({})).items.map(({ placedAt }) => new Date(placedAt)).toReversed();
  expect(await found({ placedFrom: times[1]! })).toEqual([ids[2], ids[1]]);
  expect(await found({ placedTo: times[1]! })).toEqual([ids[0]]);
  expect(await found({ placedFrom: times[1]!, placedTo: times[2]!, search: 'b' })).toEqual([ids[1]]);
});

test('a token waits for both projections', async () => {
  const orderId = await place([['A', 'Lamp']]);
  const tokens = [{ topic: order.events.topic, partition: 0, offset: 0, entityId: orderId }];
  const reads = new ProjectionReads(bench.bench.postgres, watch);
  const search = new ListOrders({ search: 'lamp', limit: 1 }, { tokens, waitMs: 0 });
  // the history's checkpoint has not moved: its events were written beside it
  await expect(new ListOrdersHandler(reads).execute(search)).rejects.toMatchObject({ code: 'NOT_CAUGHT_UP' });
  const list = new ListOrders({ limit: 1 }, { tokens, waitMs: 0 });
  expect((await new ListOrdersHandler(reads).execute(list)).items).toHaveLength(1);
});
