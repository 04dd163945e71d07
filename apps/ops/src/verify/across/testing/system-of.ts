import type { Fields, Folded } from '../../fold-entity.ts';
import { sentenceFor } from '../../report.ts';
import type { Charge } from '../card-processor.ts';
import type { Rule } from '../system-state.ts';

export const eur = (amount: number) => ({ amount, currency: 'EUR' });
export const NOW = 1_000_000;

interface Scene {
  readonly customers?: Readonly<Record<string, Fields>>;
  readonly orders?: Readonly<Record<string, Fields>>;
  readonly payments?: Readonly<Record<string, Fields>>;
  readonly charges?: readonly Charge[];
}

const entities = (states: Readonly<Record<string, Fields>> = {}): Map<string, Folded> =>
  new Map(Object.entries(states).map(([id, state]) => [id, { version: 1, bornAt: 0, updatedAt: 0, state }]));

/** What a rule finds in a scene. */
export function findings(rule: Rule, { customers, orders, payments, charges }: Scene): string[] {
  const contexts = { customers: entities(customers), orders: entities(orders), payments: entities(payments) };
  const books = charges && new Map(charges.map((one) => [one.paymentId, one]));
  return [...rule({ now: NOW, ...contexts, charges: books, newIndex: () => new Map() })].map(sentenceFor);
}

export const order = (status: string, more: Fields = {}): Fields => ({
  orderId: 'o1',
  customerId: 'c1',
  status,
  total: eur(4498),
  ...more,
});

type Outcome = 'open' | 'unknown' | 'done' | 'declined' | 'superseded';

export const request = (kind: string, amount: number, outcome: Outcome, requestId = `${kind}-1`) => ({
  requestId,
  kind,
  amount,
  requestedAt: 0,
  outcome,
});

const AUTHORIZED = request('authorize', 4498, 'done');
const CAPTURED = request('capture', 4498, 'done');

export const payment = (more: Fields = {}): Fields => ({
  orderId: 'o1',
  amount: eur(4498),
  authorized: eur(4498),
  captured: eur(4498),
  refunded: eur(0),
  requests: [AUTHORIZED, CAPTURED],
  ...more,
});

export const authorizedOnly = (...requests: readonly object[]): Fields =>
  payment({ captured: eur(0), requests: [AUTHORIZED, ...requests] });

export const refunding = (refunded: number, ...refunds: readonly object[]): Fields =>
  payment({ refunded: eur(refunded), requests: [AUTHORIZED, CAPTURED, ...refunds] });

export const charge = (more: Partial<Charge> = {}): Charge => ({
  paymentId: 'p1',
  authorized: 4498,
  captured: 4498,
  refunded: 0,
  voided: 0,
  currency: 'EUR',
  requests: [],
  ...more,
});
