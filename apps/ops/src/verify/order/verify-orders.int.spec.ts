import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import * as example from '#contexts/order/examples/order.examples';
import { orderModel } from '#contexts/order/commands/order.model';
import type { OrderEvent } from '#contexts/order/index';
import { OrderListProjection, orders } from '#contexts/order/projections/order-list.projection';
import { testKafka } from '#mechanisms/testing/kafka';
import { Stage } from '../testing/stage.ts';
import { ORDERS } from '../verified-entities.ts';

jest.setTimeout(60_000);

const { orderPlaced, orderValidated, orderPaid, orderShipped, orderDelivered, orderRejected, orderCancelled } = example;
const lives: readonly OrderEvent[][] = [
  [orderPlaced],
  [orderPlaced, orderRejected],
  [orderPlaced, orderCancelled],
  [orderPlaced, orderValidated],
  [orderPlaced, orderValidated, orderPaid],
  [orderPlaced, orderValidated, orderPaid, { ...orderCancelled, reason: 'PAYMENT_FAILED', reasonText: null }],
  [orderPlaced, orderValidated, orderPaid, orderShipped],
  [orderPlaced, orderValidated, orderPaid, orderShipped, orderDelivered],
];
const of = (life: readonly OrderEvent[], orderId: string = randomUUID()) =>
  life.map((event) => ({ ...event, orderId }));

const staged = {
  verified: { ...ORDERS, projections: ORDERS.projections.filter(({ name }) => name === orders.name) },
  model: orderModel,
  projection: orders,
  apply: (...batch: Parameters<OrderListProjection['apply']>) => new OrderListProjection().apply(...batch),
};

const kafka = testKafka();
afterAll(() => kafka.close());

describe('verifying orders', () => {
  let stage: Stage;

  beforeEach(async () => {
    stage = await Stage.open(staged, kafka, process.env['TEST_KAFKA_BROKERS']!, process.env['TEST_DATABASE_URL']!);
    for (const life of lives) await stage.write(...of(life));
    await stage.project();
  });
  afterEach(() => stage.close());

  test('finds that all holds, whatever was aborted between', async () => {
    const aborted = { events: of([orderPlaced, orderPaid]), end: 'abort' as const };
    const committed = () => ({ events: of([orderPlaced, orderCancelled]), end: 'commit' as const });
    await stage.writeAndEnd([aborted, committed(), aborted, aborted, committed(), aborted]);
    await stage.project();
    expect(await stage.verify()).toEqual({
      sentences: [],
      count: 0,
      notCompared: [],
      parked: [],
      notes: [],
      exitCode: 0,
      figures: { events: lives.flat().length + 4, entities: 10, latest: 10, rows: { 'orders_v1.orders': 10 } },
    });
  });

  test.each([
    [`UPDATE orders_v1.orders SET total_amount = total_amount + 1 WHERE status = 'shipped'`, 'total_amount should be'],
    [
      `UPDATE orders_v1.orders SET lines = jsonb_set(lines, '{0,quantity}', '3') WHERE status = 'paid'`,
      'lines should be',
    ],
    [`UPDATE orders_v1.orders SET version = 1 WHERE status = 'rejected'`, 'version should be "2" and is "1"'],
    [
      `UPDATE orders_v1.orders SET updated_at = updated_at + interval '1 microsecond' WHERE status = 'rejected'`,
      'updated_at should be',
    ],
    [`DELETE FROM orders_v1.orders WHERE status = 'delivered'`, 'and is absent'],
    [
      `INSERT INTO orders_v1.orders SELECT gen_random_uuid(), version, status, customer_id, lines, total_amount, currency,
         reason, reason_text, carrier, tracking_number, placed_at, updated_at FROM orders_v1.orders WHERE status = 'placed'`,
      'the row should be absent',
    ],
  ])('finds a table after %s', async (damage, sentence) => {
    expect((await stage.database.query(damage)).rowCount).toBe(1);
    expect(await stage.verify()).toMatchObject({ sentences: [expect.stringContaining(sentence)], exitCode: 1 });
  });

  test('finds more rows than it reads at a time', async () => {
    await stage.database.query(
      `INSERT INTO orders_v1.orders SELECT gen_random_uuid(), version, status, customer_id, lines, total_amount, currency,
         reason, reason_text, carrier, tracking_number, placed_at, updated_at
       FROM orders_v1.orders, generate_series(1, 2500) WHERE status = 'placed'`,
    );
    const { count, sentences, figures } = await stage.verify();
    expect({ count, figures }).toMatchObject({ count: 2500, figures: { rows: { 'orders_v1.orders': 2508 } } });
    expect(sentences.every((sentence) => sentence.includes('the row should be absent'))).toBe(true);
  });

  test('does not count events that the projection has not read, and says so', async () => {
    const placed = of([orderPlaced]);
    await stage.write(...placed);
    const { count, notCompared, exitCode, figures } = await stage.verify();
    expect({ count, exitCode, figures }).toMatchObject({
      count: 0,
      exitCode: 2,
      figures: { entities: 9, rows: { 'orders_v1.orders': 8 } },
    });
    expect(notCompared).toEqual([expect.stringContaining('did not catch up')]);
  });

  test('finds a checkpoint of another log', async () => {
    await stage.database.query('UPDATE projections.checkpoints SET next_offset = next_offset + 10 WHERE partition = 1');
    const { sentences } = await stage.verify();
    expect(sentences).toEqual([expect.stringMatching(/^I4 orders .* should be "at most \d+" and is \d+\.$/)]);
  });

  test('finds a dropped event, in both topics', async () => {
    const [placed, validated, paid] = of([orderPlaced, orderValidated, orderPaid]);
    const { events, latest } = stage.records([placed!, validated!, paid!]);
    await stage.commit({ ...events, records: events.records.filter((_, index) => index !== 1) }, latest);
    const { sentences } = await stage.verify();
    expect(sentences).toEqual([expect.stringMatching(/^I3 .* the entity version should be 2 and is 3\.$/)]);
  });

  test('finds an event in the wrong partition', async () => {
    const { events, latest } = stage.records(of([orderPlaced]));
    const partition = (events.partition + 1) % 3;
    await stage.commit({ ...events, partition }, latest);
    const { sentences } = await stage.verify();
    expect(sentences).toEqual([
      expect.stringContaining(`the partition should be ${events.partition} and is ${partition}`),
    ]);
  });

  test('finds a latest record without events, events without one, and one that says something else', async () => {
    const [lost, silent, wrong] = [of([orderPlaced]), of([orderPlaced]), of([orderPlaced])];
    const dearer = { ...wrong[0]!, total: { amount: 4499, currency: 'EUR' } } as OrderEvent;
    await stage.commit(stage.records(lost).latest);
    await stage.commit(stage.records(silent).events);
    await stage.commit(stage.records(wrong).events, stage.records([dearer]).latest);
    const { sentences } = await stage.verify();
    expect(sentences).toHaveLength(3);
    expect(sentences).toEqual(
      expect.arrayContaining([
        expect.stringMatching(`I7 ${lost[0]!.orderId} .* its number of events should be 1 and is 0`),
        expect.stringMatching(`I7 ${silent[0]!.orderId} .* the entity version should be 1 and is absent`),
        expect.stringMatching(`I7 ${wrong[0]!.orderId} .* total should be .*4498.* and is .*4499`),
      ]),
    );
  });

  test('finds a value that is no event', async () => {
    const { events } = stage.records(of([orderPlaced]));
    const garbled = { ...events.records[0]!, value: Buffer.from([0, 0, 0, 0, 99, 1, 2]) };
    await stage.commit({ ...events, records: [garbled, { ...garbled, value: null }] });
    const { sentences } = await stage.verify();
    expect(sentences).toEqual([
      expect.stringContaining('its schema 99 is not in the schemas topic'),
      expect.stringContaining('it has no schema id'),
    ]);
  });

  test('tells what is written meanwhile from what does not hold', async () => {
    const verified = new AbortController();
    const writing = (async () => {
      while (!verified.signal.aborted) await stage.write(...of(lives[7]!));
    })();
    const found = await stage.verify();
    verified.abort();
    await writing;
    expect(found).toMatchObject({ sentences: [], count: 0 });
    expect(found.figures.latest).toBeGreaterThan(8);
  });

  test('cannot verify topics that are not there', async () => {
    const missing = Object.assign(Object.create(stage) as Stage, {
      topics: { ...stage.topics, events: `${stage.name}-nothing` },
    });
    await expect(missing.verify()).rejects.toThrow(`Unknown topic ${stage.name}-nothing`);
  });
});
