import { isOpen, requestsOf, voidedOf } from '../payment/fold-payment.ts';
import type { Fields } from '../fold-entity.ts';
import type { Money } from '../money.ts';
import type { Charge } from './card-processor.ts';
import { difference } from './system-state.ts';
import type { Rule } from './system-state.ts';

const SUMS = ['authorized', 'captured', 'refunded', 'voided'] as const;
const KINDS = { authorized: 'authorize', captured: 'capture', refunded: 'refund', voided: 'void' } as const;

/** What was done on every card is what our events say, to the cent; only a request without an answer yet may be done or not. */
export const booksAreEqual: Rule = function* ({ payments, charges }) {
  if (!charges) return;
  for (const [paymentId, { state }] of payments) {
    const charge = charges.get(paymentId);
    const { currency } = state['amount'] as Money;
    if (charge && charge.currency !== currency) {
      yield difference('the processor’s books', paymentId, 'the currency', currency, charge.currency);
    }
    for (const sum of SUMS) {
      const expected = ours(state, sum) + (charge ? unanswered(state, charge, KINDS[sum]) : 0);
      const found = charge?.[sum] ?? 0;
      if (found !== expected) yield difference('the processor’s books', paymentId, `what is ${sum}`, expected, found);
    }
  }
  for (const [paymentId, { authorized }] of charges) {
    if (payments.has(paymentId)) continue;
    yield difference('the processor’s books', paymentId, 'what is authorized', undefined, authorized);
  }
};

const ours = (payment: Fields, sum: (typeof SUMS)[number]): number =>
  sum === 'voided' ? voidedOf(payment) : (payment[sum] as Money).amount;

function unanswered(payment: Fields, { requests }: Charge, kind: string): number {
  const open = new Set(
    requestsOf(payment)
      .filter(isOpen)
      .map(({ requestId }) => requestId),
  );
  return requests
    .filter((request) => request.kind === kind && request.outcome === 'done' && open.has(request.requestId))
    .reduce((sum, { amount }) => sum + amount.amount, 0);
}
