import type { Money } from '../money.ts';

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
