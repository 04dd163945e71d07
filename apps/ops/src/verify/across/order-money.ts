import type { Fields } from '../fold-entity.ts';
import { amountIn, isOpen, requestsOf, voidedOf } from '../payment/fold-payment.ts';
import type { Request } from '../payment/fold-payment.ts';
import { difference } from './system-state.ts';
import type { Rule } from './system-state.ts';

const requests = (payment: Fields, kind: Request['kind'], which: (request: Request) => boolean): Request[] =>
  requestsOf(payment).filter((request) => request.kind === kind && which(request));

const isDone = ({ outcome }: Request): boolean => outcome === 'done';

/** One payment an order and one capture a payment; captured ≤ authorized, refunded ≤ captured. */
export const moneyIsTakenOnce: Rule = function* ({ orders, payments, newIndex }) {
  const paymentOf = newIndex();
  for (const [paymentId, { state }] of payments) {
    const differs = (what: string, expected: unknown, found: unknown) =>
      difference('payment-events', paymentId, what, expected, found);
    const orderId = state['orderId'] as string;
    const other = paymentOf.get(orderId);
    if (other !== undefined) yield differs(`the payment of order ${orderId}`, other, paymentId);
    paymentOf.set(orderId, paymentId);
    if (!orders.has(orderId)) yield differs(`its order ${orderId}`, 'an order', undefined);
    const captures = requests(state, 'capture', isDone).length;
    if (captures > 1) yield differs('the number of its captures', 1, captures);
    const [authorized = 0, captured = 0, refunded = 0] = ['authorized', 'captured', 'refunded'].map((field) =>
      amountIn(state, field),
    );
    if (captured > authorized) yield differs('what is captured', `at most ${authorized}`, captured);
    if (refunded > captured) yield differs('what is refunded', `at most ${captured}`, refunded);
  }
};

const ENDED: readonly unknown[] = ['cancelled', 'rejected'];

/** The money of an order that ended is given back, or the processor is asked to, or its refusal waits for a person. */
export const endedOrdersKeepNoMoney: Rule = function* ({ orders, payments }) {
  for (const [paymentId, { state }] of payments) {
    const orderId = state['orderId'] as string;
    if (!ENDED.includes(orders.get(orderId)?.state['status'])) continue;
    const kept = (what: string, expected: number, found: number) =>
      difference('payment-events', paymentId, `what is ${what} of an order that has ended`, expected, found, [
        paymentId,
        orderId,
      ]);
    const captured = amountIn(state, 'captured');
    if (captured > 0) {
      const asked = requests(state, 'refund', isOpen).reduce((sum, { amount }) => sum + amount, 0);
      const back = amountIn(state, 'refunded') + asked;
      const failed = requests(state, 'refund', ({ outcome }) => outcome === 'declined').length > 0;
      if (back === captured || failed) continue;
      yield kept('refunded', captured, back);
    } else if (amountIn(state, 'authorized') > voidedOf(state) && !requestsOf(state).some(isOpen)) {
      yield kept('voided', amountIn(state, 'authorized'), 0);
    }
  }
};
