import { describe, expect, test } from '@jest/globals';
import { endedOrdersKeepNoMoney, moneyIsTakenOnce } from './order-money.ts';
import { authorizedOnly, eur, findings, order, payment, refunding, request } from './testing/system-of.ts';

describe('money', () => {
  const found = (payments: Record<string, object>) =>
    findings(moneyIsTakenOnce, { orders: { o1: order('paid') }, payments: payments as never });

  test('is taken once an order, by one payment with one capture', () => {
    expect(found({ p1: payment() })).toEqual([]);
    expect(found({ p1: payment(), p2: payment() })).toEqual([expect.stringContaining('the payment of order o1')]);
    const twice = [request('capture', 1, 'done'), request('capture', 1, 'done', 'capture-2')];
    expect(found({ p1: payment({ requests: twice }) })).toEqual([
      expect.stringContaining('the number of its captures'),
    ]);
  });

  test('belongs to an order, and no more goes back than came', () => {
    expect(found({ p1: payment({ orderId: 'o2' }) })).toEqual([expect.stringContaining('its order o2')]);
    expect(found({ p1: payment({ captured: eur(4499) }) })).toEqual([expect.stringContaining('what is captured')]);
    expect(found({ p1: payment({ refunded: eur(4499) }) })).toEqual([expect.stringContaining('what is refunded')]);
  });
});

describe('the money of a cancelled order', () => {
  const found = (state: object, status = 'cancelled') =>
    findings(endedOrdersKeepNoMoney, { orders: { o1: order(status) }, payments: { p1: { ...state } } });

  test('is refunded in full', () => {
    expect(found(refunding(4498, request('refund', 4498, 'done')))).toEqual([]);
    expect(found(payment())).toEqual([expect.stringContaining('should be 4498 and is 0')]);
    expect(found(refunding(98, request('refund', 98, 'done')))).toEqual([expect.stringContaining('and is 98')]);
    expect(found(payment(), 'paid')).toEqual([]);
  });

  test('may still be asked for, or visibly refused', () => {
    const part = request('refund', 98, 'done');
    expect(found(refunding(98, part, request('refund', 4400, 'open', 'refund-2')))).toEqual([]);
    expect(found(refunding(98, part, request('refund', 4399, 'unknown', 'refund-2')))).toHaveLength(1);
    expect(found(refunding(98, part, request('refund', 4400, 'declined', 'refund-2')))).toEqual([]);
  });

  test('is not kept back either', () => {
    expect(found(authorizedOnly())).toEqual([expect.stringContaining('what is voided of an order that has ended')]);
    expect(found(authorizedOnly(request('void', 4498, 'open')))).toEqual([]);
    expect(found(authorizedOnly(request('void', 4498, 'done')))).toEqual([]);
  });
});
