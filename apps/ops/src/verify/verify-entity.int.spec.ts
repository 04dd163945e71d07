import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { customerModel } from '#contexts/customer/commands/customer.model';
import * as customer from '#contexts/customer/examples/customer.examples';
import { customerHistory, CustomerHistoryProjection } from '#contexts/customer/projections/customer-history.projection';
import { CustomerListProjection, customers } from '#contexts/customer/projections/customer-list.projection';
import { orderModel } from '#contexts/order/commands/order.model';
import * as order from '#contexts/order/examples/order.examples';
import { OrderCustomersProjection } from '#contexts/order/projections/order-customers.projection';
import { orderHistory, OrderHistoryProjection } from '#contexts/order/projections/order-history.projection';
import { orders } from '#contexts/order/projections/order-list.projection';
import { OrderPaymentsProjection } from '#contexts/order/projections/order-payments.projection';
import { paymentModel } from '#contexts/payment/commands/payment.model';
import * as payment from '#contexts/payment/examples/payment.examples';
import { paymentHistory, PaymentHistoryProjection } from '#contexts/payment/projections/payment-history.projection';
import { PaymentListProjection, payments } from '#contexts/payment/projections/payment-list.projection';
import { testKafka } from '#mechanisms/testing/kafka';
import { Stage } from './testing/stage.ts';
import type { Staged } from './testing/stage.ts';
import { CUSTOMERS, ORDERS, PAYMENTS } from './verified-entities.ts';
import type { VerifiedEntity } from './verify-entity.ts';

jest.setTimeout(60_000);

const { customerRegistered, creditDeclined, creditReserved, creditReleased } = customer;
const customerLives = [
  [creditDeclined],
  [creditDeclined, customerRegistered, customer.customerContactChanged],
  [customerRegistered, creditReserved, { ...creditReserved, orderId: customer.otherOrderId }, creditReleased],
  [customerRegistered, customer.creditLimitChanged, customer.customerSuspended],
  [customerRegistered, customer.customerSuspended, customer.customerReactivated],
];

const alone = (entity: VerifiedEntity, projection: string): VerifiedEntity => ({
  ...entity,
  projections: entity.projections.filter(({ name }) => name === projection),
});

const { orderPlaced, orderValidated, orderPaid, orderShipped, orderDelivered, orderRejected } = order;
const orderLives = [
  [orderPlaced, orderRejected],
  [orderPlaced, orderValidated, orderPaid, orderShipped, orderDelivered],
];
const historyDamages = [
  `type = 'Another'`,
  `at = at + interval '1 ms'`,
  'event_id = gen_random_uuid()',
  'causation_id = gen_random_uuid()',
  `correlation_id = 'another'`,
  `actor = 'another'`,
  `data = data || '{"note": "x"}'`,
  'version = -version',
];

/** How the one or first table of a projection is filled, from which lives, and what each of its columns is damaged to. */
interface Case {
  readonly staged: Omit<Staged, 'verified'>;
  readonly verified: VerifiedEntity;
  readonly lives: readonly (readonly { readonly type: string }[])[];
  readonly damages: readonly string[];
}

const cases: Readonly<Record<string, Case>> = {
  'customers_v1.customers': {
    verified: CUSTOMERS,
    lives: customerLives,
    staged: {
      model: customerModel,
      projection: customers,
      apply: (...batch) => new CustomerListProjection().apply(...batch),
    },
    damages: ['reserved = reserved + 1', `email = 'x' || email`, `registered_at = registered_at + interval '1 ms'`],
  },
  'orders_v1.customers': {
    verified: CUSTOMERS,
    lives: customerLives,
    staged: {
      model: customerModel,
      projection: orders,
      apply: (...batch) => new OrderCustomersProjection().apply(...batch),
    },
    damages: ['name = upper(name)', 'version = version + 1'],
  },
  'payments_v1.payments': {
    verified: PAYMENTS,
    lives: payment.lives,
    staged: {
      model: paymentModel,
      projection: payments,
      apply: (...batch) => new PaymentListProjection().apply(...batch),
    },
    damages: ['amount = amount + 1', 'voided = NOT voided', `open_requests = open_requests || '{}'`],
  },
  'orders_v1.payments': {
    verified: PAYMENTS,
    lives: payment.lives,
    staged: {
      model: paymentModel,
      projection: orders,
      apply: (...batch) => new OrderPaymentsProjection().apply(...batch),
    },
    damages: ['authorized = authorized + 1', 'voided = NOT voided', `currency = 'USD'`],
  },
  'customer_history_v1.events': {
    verified: CUSTOMERS,
    lives: customerLives,
    staged: {
      model: customerModel,
      projection: customerHistory.projection,
      apply: (...batch) => new CustomerHistoryProjection().apply(...batch),
    },
    damages: historyDamages,
  },
  'order_history_v1.events': {
    verified: ORDERS,
    lives: orderLives,
    staged: {
      model: orderModel,
      projection: orderHistory.projection,
      apply: (...batch) => new OrderHistoryProjection().apply(...batch),
    },
    damages: historyDamages,
  },
  'payment_history_v1.events': {
    verified: PAYMENTS,
    lives: payment.lives,
    staged: {
      model: paymentModel,
      projection: paymentHistory.projection,
      apply: (...batch) => new PaymentHistoryProjection().apply(...batch),
    },
    damages: historyDamages,
  },
};

const kafka = testKafka();
afterAll(() => kafka.close());

describe.each(Object.entries(cases))('verifying %s', (table, { staged, verified, lives, damages }) => {
  const { idField } = verified;

  test('finds that every life holds, and what is damaged', async () => {
    const all = { ...staged, verified: alone(verified, staged.projection.name) };
    const stage = await Stage.open(all, kafka, process.env['TEST_KAFKA_BROKERS']!, process.env['TEST_DATABASE_URL']!);
    try {
      for (const life of lives) {
        const ids = { [idField]: randomUUID(), ...(idField === 'paymentId' && { orderId: randomUUID() }) };
        await stage.write(...life.map((event) => ({ ...event, ...ids })));
      }
      await stage.project();
      const { length: entities } = lives;
      const { length: events } = lives.flat();
      const rows = table.endsWith('.events') ? events : entities;
      expect(await stage.verify()).toMatchObject({
        sentences: [],
        exitCode: 0,
        figures: { events, entities, latest: entities, rows: { [table]: rows } },
      });
      for (const damage of damages) {
        await stage.database.query(`UPDATE ${table} SET ${damage}`);
        const { sentences, exitCode } = await stage.verify();
        expect({ exitCode, sentences }).toEqual({
          exitCode: 1,
          sentences: expect.arrayContaining([expect.stringContaining(damage.split(' ')[0]!)]),
        });
        await stage.project();
      }
      await stage.database.query(`DROP TABLE ${table}`);
      expect(await stage.verify()).toMatchObject({ exitCode: 2, notCompared: [`There is no table ${table}.`] });
    } finally {
      await stage.close();
    }
  });
});

test('finds an event that a history lacks, and a snapshot that nothing asks for', async () => {
  const { staged } = cases['order_history_v1.events']!;
  const all = { ...staged, verified: alone(ORDERS, 'order_history') };
  const stage = await Stage.open(all, kafka, process.env['TEST_KAFKA_BROKERS']!, process.env['TEST_DATABASE_URL']!);
  try {
    const orderId = randomUUID();
    await stage.write(...orderLives[1]!.map((event) => ({ ...event, orderId })));
    await stage.project();
    await stage.database.query('DELETE FROM order_history_v1.events WHERE version = 5');
    await stage.database.query('INSERT INTO order_history_v1.snapshots VALUES ($1, 3, $2)', [orderId, {}]);
    const { sentences } = await stage.verify();
    expect(sentences).toEqual([
      expect.stringMatching(`^I4 ${orderId} at order_history_v1.events: the row of version 5 .* is absent.$`),
      expect.stringMatching(`^I4 ${orderId} at order_history_v1.snapshots: the row of version 3 should be absent`),
    ]);
  } finally {
    await stage.close();
  }
});

test('compares an entity with parked events up to them, and looks for the dead letters', async () => {
  const { staged } = cases['order_history_v1.events']!;
  const all = { ...staged, verified: alone(ORDERS, 'order_history') };
  const stage = await Stage.open(all, kafka, process.env['TEST_KAFKA_BROKERS']!, process.env['TEST_DATABASE_URL']!);
  try {
    const orderId = randomUUID();
    const { events, latest } = stage.records([orderPlaced, orderValidated].map((event) => ({ ...event, orderId })));
    const [placed, validated] = events.records;
    await stage.commit({ ...events, records: [placed!] });
    await stage.project();
    const { topic, partition } = events;
    const query = (sql: string, ...values: unknown[]) => stage.database.query(sql, values);
    const { rows } = await query('SELECT next_offset FROM projections.checkpoints WHERE partition = $1', partition);
    const [offset, now] = [Number(rows[0].next_offset), Date.now()];
    await stage.commit({ ...events, records: [validated!] }, latest);

    const move = (change: string) =>
      query(`UPDATE projections.checkpoints SET ${change} WHERE partition = ${partition}`);
    const columns =
      'projection, version, topic, partition, record_offset, record_timestamp, key, headers, error, attempts';
    const put = `($1, 1, $2, $3, $4, $5, $6, '{}', 'Error: a test', 1`;
    const values = ['order_history', topic, partition, offset, now, Buffer.from(orderId)];
    await query(`INSERT INTO projections.parked_events (${columns}) VALUES ${put})`, ...values);
    await move('next_offset = next_offset + 2, consumed = consumed + 1, parked = parked + 1');
    const parked = `Parked in order_history_v1: 1 record of ${orderId}, from ${topic}-${partition} offset ${offset} on: Error: a test.`;
    const found = { sentences: [], notCompared: [], parked: [parked], exitCode: 2 };
    expect(await stage.verify()).toMatchObject({
      ...found,
      parked: [`${parked} 1 of them not yet on the dead letter topic.`],
    });

    await query('UPDATE projections.parked_events SET sent_at = now()');
    const { sentences } = await stage.verify();
    expect(sentences).toEqual([
      expect.stringMatching(`^I5 ${orderId} at ${topic}-dlq: the dead letter of .* is absent`),
    ]);
    const letter = { consumer: 'order_history_v1', topic, partition, offset };
    const value = Buffer.from(JSON.stringify(letter));
    await stage.commit({ topic: `${topic}-dlq`, partition, records: [{ key: orderId, value, timestamp: now }] });
    expect(await stage.verify()).toMatchObject(found);

    await move('consumed = consumed + 1, projected = projected + 1');
    expect((await stage.verify()).sentences).toEqual([
      `I5 order_history_v1 at ${topic}-${partition}: the number of consumed records should be 2 and is 3.`,
    ]);
    await move('consumed = consumed - 1, projected = projected - 1, parked = parked - 1, discarded = discarded + 1');
    await query('DELETE FROM projections.parked_events');
    await query(
      `INSERT INTO projections.discarded_events (${columns}, discarded_by, reason) VALUES ${put}, 'ada', 'no use')`,
      ...values,
    );
    expect(await stage.verify()).toMatchObject({
      sentences: [],
      parked: [],
      notes: [`order_history_v1: ${topic}-${partition} offset ${offset} was discarded by ada: no use.`],
      exitCode: 0,
    });
  } finally {
    await stage.close();
  }
});

test('finds an event that is in the log twice, and does not let it change anything', async () => {
  const { staged } = cases['order_history_v1.events']!;
  const all = { ...staged, verified: alone(ORDERS, 'order_history') };
  const stage = await Stage.open(all, kafka, process.env['TEST_KAFKA_BROKERS']!, process.env['TEST_DATABASE_URL']!);
  try {
    const orderId = randomUUID();
    const { events, latest } = stage.records([orderPlaced, orderRejected].map((event) => ({ ...event, orderId })));
    await stage.commit(events, latest);
    await stage.project();
    await stage.commit({ ...events, records: [events.records[1]!] });
    await stage.database.query(
      'UPDATE projections.checkpoints SET next_offset = next_offset + 2, consumed = consumed + 1, duplicates = 1 WHERE partition = $1',
      [events.partition],
    );
    const { sentences } = await stage.verify();
    expect(sentences).toEqual([
      expect.stringMatching(`^I3 ${orderId} .* the event id should be "one that no other event has"`),
    ]);
  } finally {
    await stage.close();
  }
});
