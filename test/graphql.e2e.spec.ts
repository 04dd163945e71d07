import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call } from './http.ts';
import type { Answer } from './http.ts';
import { Shop } from './shop.ts';
import { System } from './system.ts';

let system: System;
let shop: Shop;
beforeAll(async () => {
  system = await System.start();
  shop = new Shop(system);
}, 120_000);
afterAll(() => system.stop(), 60_000);

const ask = (query: string, variables: object = {}, headers: Record<string, string> = {}): Promise<Answer> =>
  shop.post('/graphql', { query, variables }, { headers });
const codesOf = ({ body }: Answer): string[] =>
  body.errors.map((error: { extensions: { code: string } }) => error.extensions.code);

/** A far position of the topic that a token is of. */
const later = (headers: Record<string, string>): Record<string, string> => {
  const [version, topic, partition, , entityId] = Buffer.from(headers['consistency-token']!, 'base64url')
    .toString()
    .split('.');
  const token = [version, topic, partition, 999_999, entityId].join('.');
  return { 'consistency-token': Buffer.from(token).toString('base64url') };
};

describe('the graph of the gateway', () => {
  it('shows an order, its customer and its payment as the routes do, joined both ways', async () => {
    const customerId = await shop.customer(10_000);
    const placed = await shop.order(customerId, 3_998, 'tok_ok', { prefer: 'wait=10' });
    const { orderId } = placed.body;
    await shop.orderShowing(orderId, ({ status, payment }) => status === 'paid' && payment?.status === 'captured');
    const { paymentId } = await shop.paymentIn(orderId, 'captured');
    await shop.reservedIs(customerId, 0);
    const money = '{ amount currency }';
    const customer = `customerId version name email status creditLimit ${money} reserved ${money} available ${money}
      registeredAt updatedAt`;
    const payment = `paymentId version orderId customerId status amount ${money} authorized ${money} captured ${money}
      refunded ${money} failureReason openRequest { requestId kind amount ${money} requestedAt } initiatedAt updatedAt`;
    const order = `orderId version status reason reasonText lines { sku name quantity unitPrice ${money} } total ${money}
      shipment { carrier trackingNumber } placedAt updatedAt`;
    const { status, body } = await ask(
      `query ($order: UUID!, $customer: UUID!, $payment: UUID!) {
        order(id: $order) { ${order} customer { ${customer} } payment { ${payment} } }
        customer(id: $customer) { ${customer} orders(first: 1) { edges { node { orderId } } pageInfo { hasNextPage } } }
        payment(id: $payment) { ${payment} order { orderId customerId } customer { name } }
      }`,
      { order: orderId.toUpperCase(), customer: customerId, payment: paymentId },
      shop.tokenOf(placed),
    );
    expect({ status, errors: body.errors }).toEqual({ status: 200 });
    const withNulls = async (path: string, nulls: object) => ({ ...nulls, ...(await shop.get(path)).body });
    const shownCustomer = await withNulls(`/customers/${customerId}`, {});
    const shownPayment = await withNulls(`/payments/${paymentId}`, { failureReason: null, openRequest: null });
    const unset = { reason: null, reasonText: null, shipment: null };
    expect(body.data).toEqual({
      order: { ...(await withNulls(`/orders/${orderId}`, unset)), customer: shownCustomer, payment: shownPayment },
      customer: { ...shownCustomer, orders: { edges: [{ node: { orderId } }], pageInfo: { hasNextPage: false } } },
      payment: { ...shownPayment, order: { orderId, customerId }, customer: { name: shownCustomer.name } },
    });
  });

  it('pages through connections without skipping or repeating, and filters', async () => {
    const customerId = await shop.customer(100_000);
    const orders = await Promise.all(Array.from({ length: 7 }, () => shop.order(customerId, 100)));
    const tokens = orders.map((order) => shop.tokenOf(order)['consistency-token']).join(',');
    const page = (after: string | null) =>
      ask(
        `query ($id: UUID!, $after: String) {
          orders(first: 3, after: $after, filter: { customerId: $id }) { edges { cursor node { orderId } } pageInfo { hasNextPage endCursor } }
          customer(id: $id) { orders(first: 3, after: $after) { edges { cursor node { orderId } } pageInfo { hasNextPage endCursor } } }
        }`,
        { id: customerId, after },
        { 'consistency-token': tokens },
      );
    const seen: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const { body }: Answer = await page(after);
      const { edges, pageInfo } = body.data.orders;
      expect(body.data.customer.orders).toEqual(body.data.orders);
      seen.push(...edges.map(({ node }: { node: { orderId: string } }) => node.orderId));
      expect(pageInfo.endCursor).toBe(edges.at(-1).cursor);
      [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
    }
    expect(seen.toSorted()).toEqual(orders.map(({ body }) => String(body.orderId)).toSorted());
    const { body } = await ask(
      `query ($id: UUID!) { orders(filter: { customerId: $id, status: delivered, search: null }) { edges { cursor } pageInfo { hasNextPage endCursor } } }`,
      { id: customerId },
    );
    expect(body.data.orders).toEqual({ edges: [], pageInfo: { hasNextPage: false, endCursor: null } });
  });

  it('answers over GET too, and each query app has a graph of its own', async () => {
    const placed = await shop.order(await shop.customer(100), 100);
    const { orderId } = placed.body;
    const query = new URLSearchParams({
      query: 'query ($id: UUID!) { order(id: $id) { orderId } }',
      variables: JSON.stringify({ id: orderId }),
    });
    const got = await shop.get(`/graphql?${query.toString()}`, { headers: shop.tokenOf(placed) });
    expect(got).toMatchObject({ status: 200, body: { data: { order: { orderId } } } });
    const own = (app: string, text: string) =>
      call('POST', `${system.addresses.apps[app]!}/graphql`, { body: { query: text } });
    expect(
      (await own('customer-query', '{ customers { edges { node { name } } } }')).body.data.customers.edges.length,
    ).toBeGreaterThan(0);
    expect((await own('payment-query', '{ payments { edges { node { status } } } }')).body.errors).toBeUndefined();
    expect(codesOf(await own('payment-query', '{ orders { edges { cursor } } }'))).toEqual(['INVALID_REQUEST']);
  });

  it('answers null for what there is not', async () => {
    const id = randomUUID();
    const { status, body } = await ask(
      `{ order(id: "${id}") { status } customer(id: "${id}") { name } payment(id: "${id}") { status } }`,
    );
    expect({ status, body }).toEqual({ status: 200, body: { data: { order: null, customer: null, payment: null } } });
  });

  it('gives the correlation back', async () => {
    const headers = {
      'x-correlation-id': 'graph-1',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    };
    const answer = await ask('{ __typename }', {}, headers);
    expect(Object.fromEntries(Object.keys(headers).map((name) => [name, answer.headers.get(name)]))).toEqual(headers);
  });
});

describe('a token', () => {
  it('makes the answer no older than what was written, of whatever context', async () => {
    for (let times = 0; times < 10; times++) {
      const registered = await shop.post('/customers', {
        name: `Ada ${times}`,
        email: 'ada@example.com',
        creditLimit: { amount: 100, currency: 'EUR' },
      });
      const { customerId } = registered.body;
      const placed = await shop.order(customerId, 100);
      const tokens = [registered, placed].map((answer) => shop.tokenOf(answer)['consistency-token']).join(',');
      const { body } = await ask(
        `{ order(id: "${placed.body.orderId}") { orderId customer { name } } customer(id: "${customerId}") { orders { edges { node { orderId } } } } }`,
        {},
        { 'consistency-token': tokens },
      );
      const { orderId } = placed.body;
      expect(body.data).toEqual({
        order: { orderId, customer: { name: `Ada ${times}` } },
        customer: { orders: { edges: [{ node: { orderId } }] } },
      });
    }
  });

  it('that is not reached in time is 504, without data', async () => {
    const placed = await shop.order(await shop.customer(100), 100);
    const headers = { ...later(shop.tokenOf(placed)), prefer: 'wait=0' };
    const answer = await ask('{ orders { edges { cursor } } }', {}, headers);
    expect(answer.status).toBe(504);
    expect(answer.body).not.toHaveProperty('data');
    expect(codesOf(answer)).toEqual(['NOT_CAUGHT_UP']);
  });
});

describe('what is refused', () => {
  it.each([
    ['no GraphQL', '{ order('],
    ['JSON', '{"kind":"Document"}'],
    ['an unknown field', '{ order(id: "0192f0c1-6e1a-7c3e-9b1d-0a5f3c2e1d4b") { secret } }'],
    ['an id that is none', '{ order(id: "1") { status } }'],
    ['a time that is none', '{ orders(filter: { placedFrom: "yesterday" }) { edges { cursor } } }'],
    ['an unknown status', '{ orders(filter: { status: lost }) { edges { cursor } } }'],
    ['a mutation', 'mutation { placeOrder }'],
    ['a page that is too large', '{ orders(first: 101) { edges { cursor } } }'],
    ['a page of nothing', '{ orders(first: 0) { edges { cursor } } }'],
    ['a cursor that no page gave out', '{ orders(after: "x") { edges { cursor } } }'],
    [
      'too many pages in pages',
      '{ customers(first: 100) { edges { node { orders(first: 100) { edges { cursor } } } } } }',
    ],
    [
      'too deep a query',
      `{ payments { edges { node { order { payment { order { payment { order { payment { order { payment { order { status } } } } } } } } } } } } }`,
    ],
    [
      'too many aliases',
      `query ($id: UUID = "${randomUUID()}") { ${Array.from({ length: 200 }, (_, n) => `a${n}: order(id: $id) { status }`).join(' ')} }`,
    ],
  ])('%s: 400 INVALID_REQUEST, again and again', async (_case, query) => {
    for (let times = 0; times < 3; times++) {
      const answer = await ask(query);
      expect({ status: answer.status, codes: new Set(codesOf(answer)) }).toEqual({
        status: 400,
        codes: new Set(['INVALID_REQUEST']),
      });
      expect(JSON.stringify(answer.body)).not.toMatch(/ at .*\.(ts|js)|SELECT|orders_v/);
    }
  });

  it.each([
    ['a variable that is no id', { query: 'query ($id: UUID!) { order(id: $id) { status } }', variables: { id: 'x' } }],
    ['a missing variable', { query: 'query ($id: UUID!) { order(id: $id) { status } }' }],
    ['a batch', [{ query: '{ __typename }' }]],
    ['an unknown property', { query: '{ __typename }', id: 1 }],
    ['an unknown operation', { query: 'query a { __typename }', operationName: 'b' }],
  ])('%s: 400 INVALID_REQUEST', async (_case, body) => {
    const answer = await shop.post('/graphql', body);
    expect({ status: answer.status, codes: codesOf(answer) }).toEqual({ status: 400, codes: ['INVALID_REQUEST'] });
  });

  it.each([
    ['an unknown operation', { query: 'query a { __typename }', operationName: 'b' }],
    ['one of several operations', { query: 'query a { __typename } query b { __typename }' }],
    ['no document', { query: '{' }],
    ['a variable of infinite size', { query: '{ __typename }', variables: '{"first":1e999}' }],
  ])('a GET of %s: 400 INVALID_REQUEST', async (_case, parameters) => {
    const answer = await shop.get(`/graphql?${new URLSearchParams(parameters).toString()}`);
    expect({ status: answer.status, codes: codesOf(answer) }).toEqual({ status: 400, codes: ['INVALID_REQUEST'] });
  });

  it('a faulty token and a body that is too large, as everywhere', async () => {
    const { status } = await ask('{ __typename }', {}, { 'consistency-token': 'x' });
    expect(status).toBe(400);
    const large = await ask(`{ __typename } # ${'x'.repeat(70_000)}`);
    expect(large).toMatchObject({ status: 413, body: { code: 'BODY_TOO_LARGE' } });
  });

  it('one operation of two is the one that is named, however often it was asked before', async () => {
    const query = 'query a { a: __typename } query b { b: __typename }';
    for (const operationName of ['a', 'b', 'a', 'b', 'a', 'b']) {
      const { body } = await shop.post('/graphql', { query, operationName });
      expect(body.data).toEqual({ [operationName]: 'Query' });
    }
  });
});

describe('to developers', () => {
  it('the graph tells what it is', async () => {
    const { body } = await ask('{ __schema { queryType { name } } }');
    expect(body.data).toEqual({ __schema: { queryType: { name: 'Query' } } });
    expect((await fetch(`${system.gateway}/graphiql`)).status).toBe(200);
    expect((await ask('{ orderz { edges { cursor } } }')).body.errors[0].message).toContain('Did you mean');
  });
});

describe('in production', () => {
  let production: System;
  beforeAll(async () => {
    production = await System.start({ NODE_ENV: 'production' }, ['gateway', 'order-query']);
  }, 120_000);
  afterAll(() => production.stop(), 60_000);

  it('the graph tells nobody what it is', async () => {
    const post = (query: string) => call('POST', `${production.gateway}/graphql`, { body: { query } });
    for (const query of ['{ __schema { queryType { name } } }', '{ __type(name: "Order") { name } }']) {
      const answer = await post(query);
      expect({ status: answer.status, codes: new Set(codesOf(answer)) }).toEqual({
        status: 400,
        codes: new Set(['INVALID_REQUEST']),
      });
    }
    expect((await post('{ orderz { edges { cursor } } }')).body.errors[0].message).not.toContain('mean');
    expect((await call('GET', `${production.gateway}/graphiql`)).status).toBe(404);
    expect((await post('{ orders { edges { cursor } } }')).body).toEqual({ data: { orders: { edges: [] } } });
  });
});
