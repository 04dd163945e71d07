import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { call, tokenOf } from './http.ts';
import type { Call } from './http.ts';
import { System } from './system.ts';

/** Nobody reserves credit or takes payments: orders stay placed. */
const ORDERS_ALONE = ['gateway', 'order-command', 'order-query'];

let system: System;
beforeAll(async () => {
  system = await System.start({ VALIDATION_DEADLINE_MS: '3600000' }, ORDERS_ALONE);
}, 120_000);
afterAll(() => system.stop(), 60_000);

const order = {
  customerId: '0192f0c1-0000-7000-8000-0000000000c1',
  lines: [{ sku: 'A', name: 'Article A', quantity: 2, unitPrice: { amount: 1999, currency: 'EUR' } }],
  paymentMethod: { token: 'tok_ok' },
};

const post = (path: string, more: Call = {}) => call('POST', system.gateway + path, more);
const get = (path: string, more: Call = {}) => call('GET', system.gateway + path, more);
const place = (more: Call = {}) => post('/orders', { body: order, ...more });

describe('placing an order', () => {
  it('answers with id, version, ETag and token, and a read with the token shows it', async () => {
    const placed = await place();
    expect(placed.status).toBe(201);
    expect(placed.body).toStrictEqual({ orderId: expect.any(String), version: 1, status: 'placed' });
    expect(placed.headers.get('etag')).toBe('"1"');
    expect(placed.headers.get('location')).toBe(`/orders/${placed.body.orderId}`);
    const read = await get(`/orders/${placed.body.orderId}`, { headers: tokenOf(placed) });
    expect(read.status).toBe(200);
    expect(read.body).toStrictEqual({
      orderId: placed.body.orderId,
      version: 1,
      status: 'placed',
      customer: { customerId: order.customerId },
      lines: order.lines,
      total: { amount: 3998, currency: 'EUR' },
      placedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updatedAt: expect.any(String),
    });
  });

  it('serves 300 at once, each with its own read', async () => {
    const placed = await Promise.all(Array.from({ length: 300 }, () => place()));
    expect(placed.filter(({ status }) => status === 201)).toHaveLength(300);
    const reads = await Promise.all(
      placed.map((answer) => get(`/orders/${answer.body.orderId}`, { headers: tokenOf(answer) })),
    );
    expect(reads.filter(({ status, body }) => status === 200 && body.version === 1)).toHaveLength(300);
  });

  it('gives correlation and trace back', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const { headers } = await place({ headers: { 'x-correlation-id': 'abc', traceparent } });
    expect(headers.get('x-correlation-id')).toBe('abc');
    expect(headers.get('traceparent')).toBe(traceparent);
  });

  it.each([
    ['no body', { text: '' }, 400, 'INVALID_REQUEST'],
    ['broken JSON', { text: '{"customerId":' }, 400, 'INVALID_REQUEST'],
    ['a poisoned prototype', { text: '{"__proto__":{"x":1}}' }, 400, 'INVALID_REQUEST'],
    ['an unknown property', { body: { ...order, extra: 1 } }, 400, 'INVALID_REQUEST'],
    ['no lines', { body: { ...order, lines: [] } }, 400, 'INVALID_REQUEST'],
    ['201 lines', { body: { ...order, lines: Array(201).fill(order.lines[0]) } }, 400, 'INVALID_REQUEST'],
    ['a fraction', { body: { ...order, lines: [{ ...order.lines[0], quantity: 0.5 }] } }, 400, 'INVALID_REQUEST'],
    ['a card number', { body: { ...order, paymentMethod: { token: '4111111111111111' } } }, 400, 'INVALID_REQUEST'],
    ['a bad key', { body: order, headers: { 'idempotency-key': 'x'.repeat(256) } }, 400, 'INVALID_REQUEST'],
    ['a bad If-Match', { body: order, headers: { 'if-match': '7' } }, 400, 'INVALID_REQUEST'],
    ['too large a body', { text: `{"a":"${'x'.repeat(70_000)}"}` }, 413, 'BODY_TOO_LARGE'],
    ['another content type', { text: 'x', headers: { 'content-type': 'text/plain' } }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
  ])('refuses %s as a problem', async (_, request, status, code) => {
    const refused = await post('/orders', request);
    expect(refused.status).toBe(status);
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    expect(refused.body).toMatchObject({ type: `urn:factstream:problem:${code}`, status, code, instance: '/orders' });
  });

  it('names all faults of body and headers at once', async () => {
    const [line] = order.lines;
    const lines = [{ ...line, quantity: 0, unitPrice: { amount: -1, currency: 'XXX' } }];
    const { body } = await post('/orders', { body: { ...order, lines }, headers: { 'if-match': 'x' } });
    expect(
      body.errors.map((fault: { pointer?: string; parameter?: string }) => fault.pointer ?? fault.parameter),
    ).toEqual(['If-Match', '#/lines/0/quantity', '#/lines/0/unitPrice/amount', '#/lines/0/unitPrice/currency']);
  });
});

describe('an idempotency key', () => {
  it('places one order, however often and however concurrently it comes', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const answers = await Promise.all(Array.from({ length: 20 }, () => place({ headers })));
    const later = await place({ headers });
    expect(new Set([...answers, later].map(({ body }) => body.orderId)).size).toBe(1);
    expect(later).toMatchObject({ status: 201, body: { version: 1, status: 'placed' } });
    const changed = { ...order, paymentMethod: { token: 'tok_other' } };
    expect(await place({ body: changed, headers })).toMatchObject({
      status: 422,
      body: { code: 'IDEMPOTENCY_KEY_REUSED' },
    });
  });
});

describe('changing an order', () => {
  it('is refused by the rules, with their codes', async () => {
    const { body } = await place();
    const path = `/orders/${body.orderId}`;
    const shipment = { carrier: 'DHL', trackingNumber: '1' };
    expect(await post(`${path}/ship`, { body: shipment })).toMatchObject({
      status: 409,
      body: { code: 'ORDER_NOT_PAID' },
    });
    expect(await post(`${path}/deliver`, { body: {} })).toMatchObject({
      status: 409,
      body: { code: 'ORDER_NOT_SHIPPED' },
    });
    expect(await post(`/orders/${randomUUID()}/deliver`)).toMatchObject({
      status: 404,
      body: { code: 'ORDER_NOT_FOUND' },
    });
    expect(await post(`/orders/not-an-id/deliver`)).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
  });

  it('cancels once, with the version in If-Match', async () => {
    const { body } = await place();
    const path = `/orders/${body.orderId}`;
    const cancel = (version: number) =>
      post(`${path}/cancel`, { body: { reason: 'changed my mind' }, headers: { 'if-match': `"${version}"` } });
    expect(await cancel(7)).toMatchObject({ status: 412, body: { code: 'VERSION_MISMATCH', currentVersion: 1 } });
    const cancelled = await cancel(1);
    expect(cancelled).toMatchObject({ status: 200, body: { version: 2, status: 'cancelled' } });
    expect(await get(path.toUpperCase().replace('/ORDERS', '/orders'), { headers: tokenOf(cancelled) })).toMatchObject({
      body: { version: 2, status: 'cancelled', reason: 'CANCELLED_ON_REQUEST', reasonText: 'changed my mind' },
    });
    expect(await post(`${path}/cancel`, { body: { reason: 'x' } })).toMatchObject({
      body: { code: 'ORDER_CANCELLED' },
    });
  });

  it('lets one of 25 writers at one version through', async () => {
    const { body } = await place();
    const writers = await Promise.all(
      Array.from({ length: 25 }, () =>
        post(`/orders/${body.orderId}/cancel`, { body: { reason: 'x' }, headers: { 'if-match': '"1"' } }),
      ),
    );
    expect(writers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(writers.filter(({ status }) => status === 412)).toHaveLength(24);
  });
});

describe('lists', () => {
  it('page through all orders of a customer, newest first', async () => {
    const customerId = randomUUID();
    const placed = [];
    for (let count = 0; count < 5; count += 1) placed.push(await place({ body: { ...order, customerId } }));
    const headers = tokenOf(placed.at(-1)!);
    headers['consistency-token'] = placed.map((answer) => tokenOf(answer)['consistency-token']).join(',');
    const first = await get(`/orders?customerId=${customerId}&limit=3`, { headers });
    const second = await get(`/orders?customerId=${customerId}&limit=3&after=${first.body.next}`);
    const ids = [...first.body.items, ...second.body.items].map(({ orderId }) => orderId);
    expect(ids).toEqual(placed.map(({ body }) => body.orderId).toReversed());
    expect(second.body.next).toBeNull();
    expect((await get(`/orders?customerId=${customerId}&status=cancelled`)).body.items).toEqual([]);
  });

  it.each(['limit=0', 'limit=101', 'limit=x', 'status=lost', 'customerId=1', 'after=zzz', 'page=2'])(
    'refuse %s',
    async (query) =>
      expect(await get(`/orders?${query}`)).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } }),
  );
});

describe('a token', () => {
  it('that is not ours is refused; one of the future times out; wait=0 answers at once', async () => {
    const placed = await place();
    const path = `/orders/${placed.body.orderId}`;
    expect((await get(path, { headers: { 'consistency-token': 'abc' } })).status).toBe(400);
    const future = Buffer.from(
      Buffer.from(tokenOf(placed)['consistency-token']!, 'base64url')
        .toString()
        .replace(/\.\d+\.(?=[^.]*$)/, '.999999999.'),
    ).toString('base64url');
    const late = await get(path, { headers: { 'consistency-token': future, prefer: 'wait=0' } });
    expect(late).toMatchObject({ status: 504, body: { code: 'NOT_CAUGHT_UP' } });
  });
});

describe('every service', () => {
  it.each(['gateway', 'order-command', 'order-query'])('%s tells how it is and what it can do', async (name) => {
    const url = system.addresses.apps[name]!;
    expect((await call('GET', `${url}/health/live`)).status).toBe(200);
    expect((await call('GET', `${url}/health/ready`)).body.status).toBe('ready');
    const documents = await call('GET', `${url}/openapi.json`);
    expect(Object.keys(documents.body.paths)).toContain('/orders');
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('http_request_duration_seconds_count');
    expect((await fetch(`${url}/docs`)).status).toBe(200);
    expect(await call('GET', `${url}/nowhere`)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });
});
