import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { v7 } from 'uuid';
import { orderPaid, orderPlaced, orderValidated } from '#contexts/order/examples/order.examples';
import {
  capturedPayment,
  creditReserved,
  customerRegistered,
  requestAt,
} from '#contexts/order/projections/testing/neighbour-facts';
import { OrdersBench, SOURCES } from '#contexts/order/projections/testing/orders-bench';
import type { Fact, SourceName } from '#contexts/order/projections/testing/orders-bench';
import { Postgres } from '#mechanisms/projections/index';
import { Logger, readConfig } from '#mechanisms/service/index';
import { encodeToken } from '#mechanisms/service/http/consistency-token';
import { createServer } from '#mechanisms/service/http/server';
import { ServiceModule } from '#mechanisms/service/service.module';
import { orderQueryConfig } from './app.config.ts';
import { AppModule } from './app.module.ts';

let bench: OrdersBench;
let app: NestFastifyApplication;
beforeAll(async () => {
  bench = await OrdersBench.open(process.env['TEST_DATABASE_URL']!);
  const module = AppModule.for(
    readConfig(orderQueryConfig, {
      KAFKA_BROKERS: process.env['TEST_KAFKA_BROKERS']!,
      DATABASE_URL: bench.bench.postgres.settings.url,
    }),
  );
  const root = { module: class Root {}, imports: [ServiceModule.for(new Logger('test', 'silent')), module] };
  app = await NestFactory.create<NestFastifyApplication>(root, createServer(), { logger: false, abortOnError: false });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
}, 60_000);
afterAll(async () => {
  await app.close();
  await bench.close();
});

const history = (of: SourceName, ids: object, events: readonly Fact['event'][]): Fact[] =>
  events.map((event, index) => ({ of, event: { ...event, ...ids }, version: index + 1 }));

function paymentOf(ids: object): Fact[] {
  const eventIds = capturedPayment.map(() => v7());
  return history('payment', ids, capturedPayment).map((fact, index) => {
    const request = capturedPayment.findIndex((_, at) => requestAt(at + 1) === fact.event['request']);
    return {
      ...fact,
      event: { ...fact.event, ...(request >= 0 && { request: eventIds[request]! }) },
      eventId: eventIds[index]!,
    };
  });
}

interface Answer {
  readonly status: number;
  // oxlint-disable-next-line no-explicit-any
  readonly body: any;
}

async function ask(query: string, variables: object = {}, headers: Record<string, string> = {}): Promise<Answer> {
  const { statusCode, body } = await app.inject({
    method: 'POST',
    url: '/graphql',
    headers,
    payload: { query, variables },
  });
  return { status: statusCode, body: JSON.parse(body) };
}

const PAGE = `query Page($first: Int!, $after: String) {
  orders(first: $first, after: $after) {
    edges { cursor node {
      orderId version status total { amount currency } lines { sku quantity unitPrice { amount } } placedAt
      customer { customerId name email status creditLimit { amount } available { amount } registeredAt }
      payment { paymentId status amount { amount } captured { amount currency } openRequest { kind } updatedAt }
    } }
    pageInfo { hasNextPage endCursor }
  }
}`;

const ids = Array.from({ length: 25 }, () => ({ orderId: v7(), customerId: v7(), paymentId: v7() }));

describe('the graph of orders', () => {
  beforeAll(() =>
    bench.project(
      ids.flatMap((one) => [
        ...history('order', one, [orderPlaced, orderValidated, orderPaid]),
        ...history('customer', one, [customerRegistered, creditReserved]),
        ...paymentOf(one),
      ]),
    ),
  );

  let statements: jest.Spied<(...query: unknown[]) => unknown>;
  beforeEach(() => {
    statements?.mockRestore();
    statements = jest.spyOn(app.get(Postgres).pool as { query: (...query: unknown[]) => unknown }, 'query');
  });

  /** Statements about orders: which version is current is asked from time to time. */
  const reads = (): number =>
    statements.mock.calls.filter(([query]) => JSON.stringify(query).includes('orders_v')).length;

  test('reads a page of orders with their customers and payments in one statement', async () => {
    for (let times = 0; times < 3; times++) {
      statements.mockClear();
      const { status, body } = await ask(PAGE, { first: 20 });
      expect({ status, errors: body.errors }).toEqual({ status: 200 });
      expect(reads()).toBe(1);
      const { edges, pageInfo } = body.data.orders;
      expect(edges).toHaveLength(20);
      expect(pageInfo).toEqual({ hasNextPage: true, endCursor: edges[19].cursor });
      const { customerId, paymentId } = ids.find(({ orderId }) => orderId === edges[0].node.orderId)!;
      expect(edges[0].node).toEqual({
        orderId: expect.any(String),
        version: 3,
        status: 'paid',
        total: { amount: 4498, currency: 'EUR' },
        lines: expect.any(Array),
        placedAt: expect.stringMatching(/^2026-11-02T10:.*Z$/),
        customer: {
          customerId,
          name: 'Ada Example',
          email: 'ada@example.org',
          status: 'active',
          creditLimit: { amount: 10_000 },
          available: { amount: 5_502 },
          registeredAt: expect.stringMatching(/^2026-11-02T10:.*Z$/),
        },
        payment: {
          paymentId,
          status: 'captured',
          amount: { amount: 4498 },
          captured: { amount: 4498, currency: 'EUR' },
          openRequest: null,
          updatedAt: expect.stringMatching(/^2026-11-02T10:.*Z$/),
        },
      });
    }
  });

  test('reads what is nested deeper in one statement a field', async () => {
    const { body } = await ask(`{
      customers(first: 20) { edges { node { customerId
        orders(first: 5) { edges { node { orderId payment { paymentId order { orderId } customer { customerId } } } } }
        more: orders(first: 1, after: null) { pageInfo { hasNextPage } }
      } } }
      payments(first: 20) { edges { node { paymentId order { orderId customer { customerId } } } } }
    }`);
    expect(body.errors).toBeUndefined();
    expect(reads()).toBeLessThanOrEqual(7);
    const { customers, payments } = body.data;
    expect(customers.edges).toHaveLength(20);
    for (const { node } of customers.edges) {
      const one = ids.find(({ customerId }) => customerId === node.customerId)!;
      expect(node.more).toEqual({ pageInfo: { hasNextPage: false } });
      expect(node.orders.edges).toEqual([
        {
          node: {
            orderId: one.orderId,
            payment: {
              paymentId: one.paymentId,
              order: { orderId: one.orderId },
              customer: { customerId: one.customerId },
            },
          },
        },
      ]);
    }
    for (const { node } of payments.edges) {
      const { orderId, customerId } = ids.find(({ paymentId }) => paymentId === node.paymentId)!;
      expect(node.order).toEqual({ orderId, customer: { customerId } });
    }
  });

  test('pages without skipping or repeating', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { body }: Answer = await ask(PAGE, { first: 7, after });
      seen.push(...body.data.orders.edges.map(({ node }: { node: { orderId: string } }) => node.orderId));
      after = body.data.orders.pageInfo.hasNextPage ? body.data.orders.pageInfo.endCursor : null;
    } while (after);
    expect(seen.toSorted()).toEqual(ids.map(({ orderId }) => orderId).toSorted());
  });

  describe('of those who ask at the same time', () => {
    const sizes = (answers: Answer[]) => answers.map(({ body }) => body.data?.orders.edges.length);

    test('those who ask the same share statements', async () => {
      const answers = await Promise.all(Array.from({ length: 32 }, () => ask(PAGE, { first: 20 })));
      expect(reads()).toBeLessThan(16);
      for (const answer of answers) expect(answer).toEqual(answers[0]);
    });

    test('everybody gets what they asked for', async () => {
      const wanted = [1, 2, 3, 1, 2, 3];
      expect(sizes(await Promise.all(wanted.map((first) => ask(PAGE, { first }))))).toEqual(wanted);
    });

    test('nobody who brings a token gets what others get', async () => {
      const { topic } = SOURCES.order.events;
      const token = encodeToken({ topic, partition: 0, offset: 1_000_000, entityId: v7() });
      const headers = { 'consistency-token': token, prefer: 'wait=0' };
      const answers = await Promise.all([{}, headers, {}].map((given) => ask(PAGE, { first: 5 }, given)));
      // the history, which is not filled here, is waited for, too
      expect(answers[1]!.status).toBe(503);
      expect(sizes(answers)).toEqual([5, undefined, 5]);
    });
  });
});
