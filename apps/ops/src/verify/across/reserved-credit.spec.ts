import { describe, expect, test } from '@jest/globals';
import { openOrdersHaveReservations, reservationsBelongToOpenOrders } from './reserved-credit.ts';
import { eur, findings, order } from './testing/system-of.ts';

const holding = (...reservations: readonly object[]) => ({ c1: { reservations } });
const reserved = { orderId: 'o1', amount: eur(4498) };

describe('a reservation', () => {
  const found = (status: string, more: object = {}, ...reservations: readonly object[]) =>
    findings(reservationsBelongToOpenOrders, {
      customers: holding(...(reservations.length > 0 ? reservations : [reserved])),
      orders: { o1: order(status, { ...more }) },
    });

  test.each(['placed', 'validated'])('belongs to an order that is %s', (status) => {
    expect(found(status)).toEqual([]);
  });

  test.each(['rejected', 'cancelled', 'paid', 'shipped', 'delivered'])(
    'does not outlive an order that is %s',
    (status) => {
      expect(found(status)).toEqual([expect.stringContaining(`should be "open" and is "${status}"`)]);
    },
  );

  test('is for an order that exists, of the same customer, for its total, once', () => {
    expect(findings(reservationsBelongToOpenOrders, { customers: holding(reserved) })).toHaveLength(1);
    expect(found('validated', { customerId: 'c2' })).toEqual([expect.stringContaining('the customer of the order o1')]);
    expect(found('validated', { total: eur(4499) })).toEqual([expect.stringContaining('the total of the order o1')]);
    expect(found('validated', {}, reserved, reserved)).toEqual([expect.stringContaining('the number of reservations')]);
  });
});

describe('a validated order', () => {
  const found = (status: string, ...reservations: readonly object[]) =>
    findings(openOrdersHaveReservations, { customers: holding(...reservations), orders: { o1: order(status) } });

  test('has its total reserved, to the last unit', () => {
    expect(found('validated', reserved)).toEqual([]);
    expect(found('validated')).toEqual([expect.stringContaining('the credit reserved for it')]);
    expect(found('validated', { ...reserved, amount: eur(4497) })).toHaveLength(1);
    expect(found('placed')).toEqual([]);
  });
});
