import { amountIn } from '../payment/fold-payment.ts';
import { difference } from './system-state.ts';
import type { Rule } from './system-state.ts';

/** A deadline may have passed by this before somebody should have noticed. */
const TOLERANCE_MS = 60_000;

const DEADLINES: Readonly<Record<string, string>> = { placed: 'validateBy', validated: 'payBy' };

/** Nobody waits for ever: what waits for other contexts has a deadline, and it has not passed long ago. */
export const ordersProgress: Rule = function* ({ now, orders }) {
  for (const [orderId, { state }] of orders) {
    const field = DEADLINES[state['status'] as string];
    if (field === undefined) continue;
    const deadline = state[field] as number | null;
    if (deadline !== null && deadline + TOLERANCE_MS >= now) continue;
    const found = deadline === null ? null : new Date(deadline).toISOString();
    yield difference(
      'order-events',
      orderId,
      `${field} of an order that is ${String(state['status'])}`,
      'ahead',
      found,
    );
  }
};

const PAID: readonly unknown[] = ['paid', 'shipped', 'delivered'];

/** An order is paid by a capture of its exact total; and what is captured pays it. */
export const ordersArePaidByCaptures: Rule = function* ({ orders, payments }) {
  for (const [orderId, { state }] of orders) {
    if (!PAID.includes(state['status'])) continue;
    const payment = payments.get(state['paymentId'] as string)?.state;
    const { amount } = state['total'] as { amount: number };
    const captured = payment && amountIn(payment, 'captured');
    if (captured !== amount) yield difference('order-events', orderId, 'what is captured of it', amount, captured);
    else if (payment?.['orderId'] !== orderId) {
      yield difference('order-events', orderId, 'the order of its payment', orderId, payment?.['orderId']);
    }
  }
  for (const [paymentId, { state }] of payments) {
    const order = orders.get(state['orderId'] as string)?.state;
    if (order?.['status'] !== 'validated' || amountIn(state, 'captured') === 0) continue;
    const about = [paymentId, state['orderId'] as string];
    yield difference('payment-events', paymentId, 'the status of the order that it pays', 'paid', 'validated', about);
  }
};
