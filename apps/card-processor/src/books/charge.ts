import type { Operation, OperationEntry } from './entry.ts';

/** One payment in the books; amounts in minor units of its currency. */
export interface Charge {
  readonly paymentId: string;
  readonly currency: string;
  readonly token: string;
  readonly authorized: number;
  readonly captured: number;
  readonly refunded: number;
  /** What was authorized and is released. */
  readonly voided: number;
  readonly requests: readonly OperationEntry[];
}

export function statusOf({ authorized, captured, refunded, voided }: Charge): string {
  if (refunded > 0) return refunded < captured ? 'partially_refunded' : 'refunded';
  if (captured > 0) return 'captured';
  if (voided > 0) return 'voided';
  return authorized > 0 ? 'authorized' : 'declined';
}

/** The charge after an entry. */
export function enter(charge: Charge | undefined, entry: OperationEntry): Charge {
  const { paymentId, amount, token = '' } = entry;
  const before: Charge = charge ?? {
    paymentId,
    currency: amount.currency,
    token,
    authorized: 0,
    captured: 0,
    refunded: 0,
    voided: 0,
    requests: [],
  };
  return { ...before, ...moved(before, entry), requests: [...before.requests, entry] };
}

function moved(charge: Charge, { kind, amount, outcome }: OperationEntry): Partial<Charge> {
  if (outcome !== 'done') return {};
  switch (kind) {
    case 'authorize':
      return { authorized: charge.authorized + amount.amount };
    case 'capture':
      return { captured: charge.captured + amount.amount };
    case 'void':
      return { voided: charge.voided + amount.amount };
    case 'refund':
      return { refunded: charge.refunded + amount.amount };
    default:
      return kind satisfies never;
  }
}

/** Why the operation cannot be done, if it cannot. */
export function declineReason(charge: Charge | undefined, operation: Operation): string | undefined {
  if (operation.kind === 'authorize') return authorizationDecline(charge, operation);
  if (!charge || charge.authorized === 0) return 'NOT_AUTHORIZED';
  const { amount, currency } = operation.amount;
  if (currency !== charge.currency) return 'CURRENCY_MISMATCH';
  switch (operation.kind) {
    case 'capture':
      if (charge.voided > 0) return 'AUTHORIZATION_VOIDED';
      return charge.captured + amount > charge.authorized ? 'CAPTURE_EXCEEDS_AUTHORIZED' : undefined;
    case 'void':
      if (charge.captured > 0) return 'ALREADY_CAPTURED';
      return charge.voided + amount === charge.authorized ? undefined : 'VOID_DIFFERS_FROM_AUTHORIZED';
    case 'refund':
      return charge.refunded + amount > charge.captured ? 'REFUND_EXCEEDS_CAPTURED' : undefined;
    default:
      return operation.kind satisfies never;
  }
}

function authorizationDecline(charge: Charge | undefined, { token }: Operation): string | undefined {
  if (charge && charge.authorized > 0) return 'ALREADY_AUTHORIZED';
  if (token === 'tok_declined') return 'CARD_DECLINED';
  return token !== undefined && KNOWN_TOKENS.has(token) ? undefined : 'UNKNOWN_CARD';
}

const KNOWN_TOKENS: ReadonlySet<string> = new Set([
  'tok_ok',
  'tok_declined',
  'tok_slow',
  'tok_flaky',
  'tok_twice',
  'tok_timeout',
  'tok_lost',
]);
