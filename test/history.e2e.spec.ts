import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Shop } from './shop.ts';
import { System } from './system.ts';

let system: System;
let shop: Shop;
beforeAll(async () => {
  system = await System.start();
  shop = new Shop(system);
}, 120_000);
afterAll(() => system.stop(), 60_000);

const typesOf = (items: { type: string }[]) => items.map(({ type }) => type);

describe('what happened to an order', () => {
  it('is told by its history, its states and its explanation, and by those of its customer and payment', async () => {
    const customerId = await shop.customer(10_000);
    const placed = await shop.order(customerId, 3_998, 'tok_ok', { prefer: 'wait=10' });
    const { orderId } = placed.body;
    const headers = shop.tokenOf(placed);
    const { body: waiting } = await shop.get(`/orders/${orderId}/state?version=2`, { headers });
    expect(waiting).toMatchObject({ orderId, version: 2, status: 'validated', customer: { customerId } });
    await shop.orderIn(orderId, 'paid');
    const cancelled = await shop.post(`/orders/${orderId}/cancel`, { reason: 'no use for it' });

    const fresh = { headers: shop.tokenOf(cancelled) };
    const { body: history } = await shop.get(`/orders/${orderId}/history`, fresh);
    expect(typesOf(history.items)).toEqual(['OrderPlaced', 'OrderValidated', 'OrderPaid', 'OrderCancelled']);
    const [first] = history.items;
    expect(first).toMatchObject({
      version: 1,
      actor: 'anonymous',
      data: { orderId, customerId, lines: [{ sku: 'A' }] },
    });
    expect(first.data.validateBy).toMatch(/^\d{4}-\d\d-\d\dT/);

    const { body: explained } = await shop.get(`/orders/${orderId}/explanation`, fresh);
    expect(explained).toMatchObject({ status: 'cancelled' });
    expect(explained.because.at(-1).text).toBe('The order was cancelled on request: “no use for it”.');
    expect(explained).not.toHaveProperty('waitingFor');

    const { body: then } = await shop.get(`/orders/${orderId}/state?at=${first.at}`, fresh);
    expect(then).toMatchObject({ version: 1, status: 'placed' });
    expect(then).not.toHaveProperty('reason');

    const payment = await shop.paymentIn(orderId, 'refunded');
    const paid = await shop.history(`/payments/${payment.paymentId}`, 'PaymentRefunded');
    expect(typesOf(paid)).toEqual(expect.arrayContaining(['PaymentInitiated', 'PaymentCaptured']));
    const credit = await shop.history(`/customers/${customerId}`, 'CreditReleased');
    expect(typesOf(credit)).toEqual(['CustomerRegistered', 'CreditReserved', 'CreditReleased']);
    expect(credit[1]!.causationId).toBe(first.eventId);
  });

  it.each([
    ['/orders/:id/history', 404, 'ORDER_NOT_FOUND'],
    ['/orders/:id/explanation', 404, 'ORDER_NOT_FOUND'],
    ['/orders/:id/state?version=1', 404, 'ORDER_NOT_FOUND'],
    ['/customers/:id/history', 404, 'CUSTOMER_NOT_FOUND'],
    ['/payments/:id/history', 404, 'PAYMENT_NOT_FOUND'],
    ['/orders/1/history', 400, 'INVALID_REQUEST'],
    ['/customers/1/history', 400, 'INVALID_REQUEST'],
    ['/payments/1/history', 400, 'INVALID_REQUEST'],
    ['/orders/1/explanation', 400, 'INVALID_REQUEST'],
    ['/orders/:id/history?limit=1', 400, 'INVALID_REQUEST'],
  ])('%s of nothing is %i', async (path, status, code) =>
    expect(await shop.get(path.replace(':id', randomUUID()))).toMatchObject({ status, body: { code } }),
  );

  it.each([
    ['', ['version', 'at']],
    ['?version=1&at=2026-11-02T10:00:00Z', ['version', 'at']],
    ['?version=0', ['version']],
    ['?at=2026-02-30T10:00:00Z', ['at']],
    ['?version=x&at=y', ['version', 'at', 'version', 'at']],
  ])('a state at «%s» is refused with all faults', async (query, parameters) => {
    const { status, body } = await shop.get(`/orders/${randomUUID()}/state${query}`);
    expect(status).toBe(400);
    expect(body.errors.map(({ parameter }: { parameter: string }) => parameter)).toEqual(parameters);
  });
});

describe('orders', () => {
  const idsIn = (items: { orderId: string }[]) => items.map(({ orderId }) => orderId);

  it('are found by their words, customers, numbers and times, and counted', async () => {
    const customerId = await shop.customer(10_000, 'Grace Hopper');
    const placed = await shop.order(customerId, 1_250, 'tok_ok', { prefer: 'wait=10' });
    const { orderId } = placed.body;
    await shop.orderIn(orderId, 'paid');
    const shipped = await shop.post(`/orders/${orderId}/ship`, { carrier: 'DHL', trackingNumber: 'JD-0042' });
    const headers = shop.tokenOf(shipped);
    const list = async (query: string) => idsIn((await shop.get(`/orders?${query}`, { headers })).body.items);
    expect(await list('search=hopper')).toEqual([orderId]);
    expect(await list('search=jd-004')).toEqual([orderId]);
    expect(await list('search=article')).toContain(orderId);
    expect(await list('search=hopper&status=placed')).toEqual([]);
    const { placedAt } = (await shop.get(`/orders/${orderId}`, { headers })).body;
    expect(await list(`placedFrom=${placedAt}&customerId=${customerId}`)).toEqual([orderId]);
    expect(await list(`placedTo=${placedAt}&customerId=${customerId}`)).toEqual([]);

    const { body } = await shop.get(`/orders/summary?groupBy=customer&from=${placedAt}`, { headers });
    expect(body.items).toContainEqual({ group: customerId, currency: 'EUR', count: 1, total: 1_250 });
  });

  it.each([
    ['/orders?search=&placedFrom=yesterday', ['search', 'placedFrom']],
    ['/orders?placedTo=2026-11-02', ['placedTo']],
    ['/orders/summary', ['groupBy']],
    ['/orders/summary?groupBy=week&from=x&to=y&more=1', ['more', 'groupBy', 'from', 'to']],
  ])('%s is refused with all faults', async (path, parameters) => {
    const { status, body } = await shop.get(path);
    expect(status).toBe(400);
    expect(body.errors.map(({ parameter }: { parameter: string }) => parameter).sort()).toEqual(parameters.sort());
  });
});
