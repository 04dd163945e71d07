import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { customerModel } from '#contexts/customer/commands/customer.model';
import * as customer from '#contexts/customer/examples/customer.examples';
import { CustomerListProjection, customers } from '#contexts/customer/projections/customer-list.projection';
import { OrderCustomersProjection } from '#contexts/order/projections/order-customers.projection';
import { orders } from '#contexts/order/projections/order-list.projection';
import { OrderPaymentsProjection } from '#contexts/order/projections/order-payments.projection';
import { paymentModel } from '#contexts/payment/commands/payment.model';
import * as payment from '#contexts/payment/examples/payment.examples';
import { PaymentListProjection, payments } from '#contexts/payment/projections/payment-list.projection';
import { testKafka } from '#mechanisms/testing/kafka';
import { Stage } from './testing/stage.ts';
import type { Staged } from './testing/stage.ts';
import { CUSTOMERS, PAYMENTS } from './verified-entities.ts';
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

const withTable = (entity: VerifiedEntity, name: string): VerifiedEntity => ({
  ...entity,
  tables: entity.tables.filter(({ projection, table }) => `${projection}_v1.${table}` === name),
});

/** How one table is filled, from which lives, and what each of its columns is damaged to. */
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
    damages: ['authorized = authorized + 1', 'failed = NOT failed', `currency = 'USD'`],
  },
};

const kafka = testKafka();
afterAll(() => kafka.close());

describe.each(Object.entries(cases))('verifying %s', (table, { staged, verified, lives, damages }) => {
  const { idField } = verified;

  test('finds that every life holds, and what is damaged', async () => {
    const all = { ...staged, verified: withTable(verified, table) };
    const stage = await Stage.open(all, kafka, process.env['TEST_KAFKA_BROKERS']!, process.env['TEST_DATABASE_URL']!);
    try {
      for (const life of lives) {
        const ids = { [idField]: randomUUID(), ...(idField === 'paymentId' && { orderId: randomUUID() }) };
        await stage.write(...life.map((event) => ({ ...event, ...ids })));
      }
      await stage.project();
      const { length: entities } = lives;
      expect(await stage.verify()).toMatchObject({
        sentences: [],
        exitCode: 0,
        figures: { events: lives.flat().length, entities, latest: entities, rows: { [table]: entities } },
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
