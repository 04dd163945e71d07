import { reservationsOf } from '../customer/fold-customer.ts';
import { sameValue } from '../same-value.ts';
import { difference } from './system-state.ts';
import type { Rule } from './system-state.ts';

/** A placed order may have its reservation already, a validated one has it. */
const MAY_RESERVE: readonly unknown[] = ['placed', 'validated'];

/** Every reservation is one of that customer's open orders, for its total. */
export const reservationsBelongToOpenOrders: Rule = function* ({ customers, orders }) {
  for (const [customerId, { state }] of customers) {
    const seen = new Set<string>();
    for (const { orderId, amount } of reservationsOf(state)) {
      const differs = (what: string, expected: unknown, found: unknown) =>
        difference(
          'customer-events',
          customerId,
          `${what} ${orderId}, for which credit is reserved,`,
          expected,
          found,
          [orderId],
        );
      const order = orders.get(orderId)?.state;
      if (seen.has(orderId)) yield differs('the number of reservations of the order', 1, 2);
      seen.add(orderId);
      if (!MAY_RESERVE.includes(order?.['status'])) yield differs('the status of the order', 'open', order?.['status']);
      else if (order?.['customerId'] !== customerId) {
        yield differs('the customer of the order', customerId, order?.['customerId']);
      } else if (!sameValue(order['total'], amount)) yield differs('the total of the order', amount, order['total']);
    }
  }
};

/** What is reserved of a customer's credit is the sum of the totals of the validated, unpaid orders, to the last unit. */
export const openOrdersHaveReservations: Rule = function* ({ customers, orders }) {
  for (const [orderId, { state }] of orders) {
    if (state['status'] !== 'validated') continue;
    const customer = customers.get(state['customerId'] as string);
    const reserved = customer && reservationsOf(customer.state).find((reservation) => reservation.orderId === orderId);
    if (sameValue(state['total'], reserved?.amount)) continue;
    yield difference('order-events', orderId, 'the credit reserved for it', state['total'], reserved?.amount);
  }
};
