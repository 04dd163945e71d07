import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '#mechanisms/testing/wait-for';
import { Shop } from './shop.ts';
import { System } from './system.ts';

let system: System;
let shop: Shop;
beforeAll(async () => {
  system = await System.start({
    VALIDATION_DEADLINE_MS: '20000',
    CARD_PROCESSOR_TIMEOUT_MS: '700',
    CARD_PROCESSOR_FIRST_PAUSE_MS: '100',
    CARD_PROCESSOR_LONGEST_PAUSE_MS: '1000',
    CARD_PROCESSOR_SLOW_MS: '400',
  });
  shop = new Shop(system);
}, 120_000);
afterAll(() => system.stop(), 60_000);

describe('an order', () => {
  it('is validated, paid, shipped and delivered, and shows customer and payment', async () => {
    const customerId = await shop.customer(10_000);
    const placed = await shop.order(customerId, 3_998, 'tok_ok', { prefer: 'wait=10' });
    expect(placed).toMatchObject({ status: 201, body: { version: 2, status: 'validated' } });
    const { orderId } = placed.body;
    await shop.orderIn(orderId, 'paid');
    const shipped = await shop.post(`/orders/${orderId}/ship`, { carrier: 'DHL', trackingNumber: '1' });
    expect(shipped).toMatchObject({ status: 200, body: { version: 4, status: 'shipped' } });
    const delivered = await shop.post(`/orders/${orderId}/deliver`);
    expect(delivered).toMatchObject({ status: 200, body: { status: 'delivered' } });
    const { body } = await shop.get(`/orders/${orderId}`, { headers: shop.tokenOf(delivered) });
    expect(body).toMatchObject({
      version: 5,
      status: 'delivered',
      customer: { customerId, name: 'Ada', email: 'ada@example.com' },
      shipment: { carrier: 'DHL', trackingNumber: '1' },
    });
    const shown = await shop.orderShowing(orderId, ({ payment }) => payment?.status === 'captured');
    expect(shown.payment).toMatchObject({ captured: { amount: 3_998 }, refunded: { amount: 0 } });
    await shop.reservedIs(customerId, 0);
    const late = await shop.post(`/orders/${orderId}/cancel`, { reason: 'too late' });
    expect(late).toMatchObject({ status: 409, body: { code: 'ORDER_ALREADY_DELIVERED' } });
    const { body: page } = await shop.get(`/customers/${customerId}/orders`);
    expect(page.items.map((item: { orderId: string }) => item.orderId)).toEqual([orderId]);
  });

  it.each([
    ['of an unknown customer', async () => randomUUID(), 'UNKNOWN_CUSTOMER'],
    ['one cent over the limit', () => shop.customer(999), 'INSUFFICIENT_CREDIT'],
    [
      'of a suspended customer',
      async () => {
        const id = await shop.customer(10_000);
        await shop.post(`/customers/${id}/suspend`, { reason: 'fraud' });
        return id;
      },
      'CUSTOMER_SUSPENDED',
    ],
  ])('%s is rejected', async (_, customer, reason) => {
    const { body } = await shop.order(await customer(), 1_000, 'tok_ok', { prefer: 'wait=10' });
    expect(body).toMatchObject({ status: 'rejected', reason });
  });

  it('of an unknown customer does not make one: it is not found, whatever version is expected', async () => {
    const customerId = randomUUID();
    await shop.order(customerId, 1_000, 'tok_ok', { prefer: 'wait=10' });
    const amount = { amount: 1, currency: 'EUR' };
    const commands: [string, object][] = [
      [`/customers/${customerId}/suspend`, { reason: 'why' }],
      [`/orders/${randomUUID()}/cancel`, { reason: 'why' }],
      [`/payments/${randomUUID()}/refund`, { reason: 'why', amount }],
    ];
    const asked = commands.flatMap(([path, body]) =>
      ['"1"', '"7"', '*'].map((version) => shop.post(path, body, { headers: { 'if-match': version } })),
    );
    const codes = (await Promise.all(asked)).map(({ status, body: { code } }) => `${status} ${code}`);
    expect([...new Set(codes)]).toEqual(['404 CUSTOMER_NOT_FOUND', '404 ORDER_NOT_FOUND', '404 PAYMENT_NOT_FOUND']);
    expect(codes).toHaveLength(9);
  });

  it('of exactly the limit is validated', async () => {
    const { body } = await shop.order(await shop.customer(1_000), 1_000, 'tok_ok', { prefer: 'wait=10' });
    expect(body.status).toBe('validated');
  });

  it('that can never be paid is one of at most ten, when 40 at once meet credit for ten', async () => {
    const customerId = await shop.customer(10_000);
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => shop.order(customerId, 1_000, 'tok_declined', { prefer: 'wait=20' })),
    );
    const outcomes = await Promise.all(answers.map(({ body }) => shop.orderIn(body.orderId, 'rejected', 'cancelled')));
    const reasons = outcomes.map(({ reason }) => reason);
    expect(reasons.filter((reason) => reason === 'INSUFFICIENT_CREDIT').length).toBeLessThanOrEqual(30);
    expect(reasons.filter((reason) => reason === 'PAYMENT_FAILED').length).toBeGreaterThanOrEqual(10);
    await shop.reservedIs(customerId, 0);
  });
});

describe('a card', () => {
  it.each(['tok_ok', 'tok_slow', 'tok_flaky', 'tok_twice', 'tok_timeout', 'tok_lost'])(
    '%s pays exactly once',
    async (token) => {
      const { body } = await shop.order(await shop.customer(10_000), 1_234, token);
      await shop.orderIn(body.orderId, 'paid');
      const payment = await shop.paymentIn(body.orderId, 'captured');
      expect(payment).toMatchObject({ captured: { amount: 1_234 }, refunded: { amount: 0 } });
      const charge = await shop.charge(payment.paymentId);
      expect(charge).toMatchObject({ authorized: 1_234, captured: 1_234, refunded: 0, currency: 'EUR' });
    },
    60_000,
  );

  it('tok_declined cancels the order and gives the credit back', async () => {
    const customerId = await shop.customer(10_000);
    const { body } = await shop.order(customerId, 1_234, 'tok_declined');
    expect(await shop.orderIn(body.orderId, 'cancelled')).toMatchObject({ reason: 'PAYMENT_FAILED' });
    await shop.reservedIs(customerId, 0);
  });
});

describe('cancelling', () => {
  it('a paid order refunds it in full', async () => {
    const customerId = await shop.customer(10_000);
    const { body } = await shop.order(customerId, 2_000);
    await shop.orderIn(body.orderId, 'paid');
    const payment = await shop.paymentIn(body.orderId, 'captured');
    await shop.post(`/orders/${body.orderId}/cancel`, { reason: 'changed my mind' });
    await shop.paymentIn(body.orderId, 'refunded');
    expect(await shop.charge(payment.paymentId)).toMatchObject({ captured: 2_000, refunded: 2_000 });
    await shop.reservedIs(customerId, 0);
  });

  it('an order while its card is slow leaves nothing captured', async () => {
    const customerId = await shop.customer(10_000);
    const placed = await shop.order(customerId, 2_000, 'tok_slow', { prefer: 'wait=10' });
    await shop.post(`/orders/${placed.body.orderId}/cancel`, { reason: 'changed my mind' });
    const payment = await shop.paymentIn(placed.body.orderId, 'voided', 'refunded', 'failed');
    const charge = await shop.charge(payment.paymentId);
    expect((charge?.captured ?? 0) - (charge?.refunded ?? 0)).toBe(0);
    await shop.reservedIs(customerId, 0);
  });
});

describe('refunds', () => {
  it('are part by part up to what was captured, and not a cent more', async () => {
    const { body } = await shop.order(await shop.customer(10_000), 1_000);
    await shop.orderIn(body.orderId, 'paid');
    const payment = await shop.paymentIn(body.orderId, 'captured');
    const refund = (amount: number, currency = 'EUR') =>
      shop.post(`/payments/${payment.paymentId}/refund`, { amount: { amount, currency }, reason: 'broken' });
    expect((await refund(400)).status).toBe(200);
    expect(await refund(601)).toMatchObject({ status: 409, body: { code: 'REFUND_EXCEEDS_CAPTURED' } });
    expect(await refund(1, 'USD')).toMatchObject({ status: 409, body: { code: 'CURRENCY_MISMATCH' } });
    const racing = await Promise.all([refund(600), refund(600)]);
    expect(racing.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
    await shop.paymentIn(body.orderId, 'refunded');
    expect(await shop.charge(payment.paymentId)).toMatchObject({ captured: 1_000, refunded: 1_000 });
  });
});

describe('a customer', () => {
  it('is changed, with what does not change answered by the same version', async () => {
    const id = await shop.customer(10_000);
    expect(await shop.put(`/customers/${id}/contact`, { name: 'Ada' })).toMatchObject({
      status: 200,
      body: { version: 1 },
    });
    expect((await shop.put(`/customers/${id}/contact`, { name: 'Ada Lovelace' })).body.version).toBe(2);
    const limit = (amount: number, currency = 'EUR') =>
      shop.put(`/customers/${id}/credit-limit`, { creditLimit: { amount, currency } });
    expect((await limit(Number.MAX_SAFE_INTEGER)).body.version).toBe(3);
    expect(await limit(1, 'USD')).toMatchObject({ status: 409, body: { code: 'CURRENCY_MISMATCH' } });
    expect(await shop.post(`/customers/${id}/reactivate`)).toMatchObject({
      status: 409,
      body: { code: 'CUSTOMER_NOT_SUSPENDED' },
    });
    expect((await shop.put(`/customers/${id}/contact`, {})).status).toBe(400);
    expect(await shop.get(`/customers/${randomUUID()}`)).toMatchObject({
      status: 404,
      body: { code: 'CUSTOMER_NOT_FOUND' },
    });
  });
});

describe('at the end', () => {
  it.each(['customer', 'order', 'payment'])(
    'the latest records of every %s are rebuilt from its events, and its services go on',
    async (entity) => {
      await shop.order(await shop.customer(10_000), 1_000, 'tok_ok', { prefer: 'wait=10' });
      // an owner that is asked for something meanwhile takes the partition back
      const told = await waitFor(() => system.factstream('rebuild-latest', entity).catch(() => undefined), 60_000);
      expect(told).toMatch(new RegExp(`^(${entity}-latest-\\d: \\d+ rebuilt\n){3}$`));
      const { body } = await shop.order(await shop.customer(10_000), 1_000, 'tok_ok', { prefer: 'wait=10' });
      expect(body.status).toBe('validated');
      await shop.orderIn(body.orderId, 'paid');
    },
    90_000,
  );

  it('everything holds, and the processor’s books equal ours', async () => {
    expect(await system.factstream('verify')).toContain('Everything holds');
  }, 90_000);
});
