import { describe, expect, test } from '@jest/globals';
import { ordersArePaidByCaptures, ordersProgress } from './order-progress.ts';
import { eur, findings, NOW, order, payment } from './testing/system-of.ts';

describe('an order that waits for others', () => {
  test.each(['rejected', 'paid', 'shipped', 'delivered', 'cancelled'])('is not one that is %s', (status) => {
    expect(findings(ordersProgress, { orders: { o1: order(status) } })).toEqual([]);
  });

  test.each([
    ['placed', 'validateBy'],
    ['validated', 'payBy'],
  ])('%s has a deadline that has not passed long ago', (status, field) => {
    const found = (deadline: number | null) =>
      findings(ordersProgress, { orders: { o1: order(status, { [field]: deadline }) } });
    expect(found(NOW + 1)).toEqual([]);
    expect(found(NOW - 60_000)).toEqual([]);
    expect(found(NOW - 60_001)).toEqual([expect.stringContaining(`${field} of an order that is ${status} should be`)]);
    expect(found(null)).toHaveLength(1);
  });
});

describe('a paid order', () => {
  const paid = order('paid', { paymentId: 'p1' });
  const found = (state: object, state2: object = payment()) =>
    findings(ordersArePaidByCaptures, { orders: { o1: { ...state } }, payments: { p1: { ...state2 } } });

  test.each(['paid', 'shipped', 'delivered'])('%s has a capture of its total', (status) => {
    expect(found({ ...paid, status })).toEqual([]);
    expect(found({ ...paid, status }, payment({ captured: eur(4497) }))).toEqual([
      'I8 o1 at order-events: what is captured of it should be 4498 and is 4497.',
    ]);
  });

  test('names its own payment', () => {
    expect(found({ ...paid, paymentId: 'p2' })).toEqual([expect.stringContaining('should be 4498 and is absent')]);
    expect(found(paid, payment({ orderId: 'o2' }))).toEqual([expect.stringContaining('the order of its payment')]);
  });

  test('is paid once its money is captured', () => {
    expect(found(order('validated'))).toEqual([expect.stringContaining('should be "paid" and is "validated"')]);
    expect(found(order('validated'), payment({ captured: eur(0) }))).toEqual([]);
  });
});
