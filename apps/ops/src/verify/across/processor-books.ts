import { isOpen, requestsOf, voidedOf } from '../payment/fold-payment.ts';
import type { Fields } from '../fold-entity.ts';
import type { Money } from '../money.ts';
import { difference } from './system-state.ts';
import type { Rule } from './system-state.ts';

/** One payment in the card processor's books; amounts in minor units. */
export interface Charge {
  readonly paymentId: string;
  readonly authorized: number;
  readonly captured: number;
  readonly refunded: number;
  readonly voided: number;
  readonly currency: string;
  readonly requests: readonly {
    readonly requestId: string;
    readonly kind: string;
    readonly outcome: string;
    readonly amount: Money;
  }[];
}

const TIMEOUT_MS = 30_000;

/** @throws when the processor does not answer with its books */
export async function readCharges(url: string): Promise<Charge[]> {
  const response = await fetch(`${url.replace(/\/+$/, '')}/charges`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Error(`The card processor answers ${response.status}`);
  return ((await response.json()) as { items: Charge[] }).items;
}

const SUMS = ['authorized', 'captured', 'refunded', 'voided'] as const;
const KINDS = { authorized: 'authorize', captured: 'capture', refunded: 'refund', voided: 'void' } as const;

/** What was done on every card is what our events say, to the cent; only a request without an answer yet may be done or not. */
export const booksAreEqual: Rule = function* ({ payments, charges }) {
  if (!charges) return;
  const unknown = new Map(charges.map((charge) => [charge.paymentId, charge]));
  for (const [paymentId, { state }] of payments) {
    const charge = unknown.get(paymentId);
    unknown.delete(paymentId);
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
  for (const [paymentId, { authorized }] of unknown) {
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
