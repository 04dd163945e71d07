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
const CHARGES_PER_PAGE = 1_000;

/** A page at a time. @throws when the processor does not answer with its books */
export async function* readCharges(url: string): AsyncGenerator<Charge> {
  let after: string | null = '';
  while (after !== null) {
    const query: string = new URLSearchParams({ limit: String(CHARGES_PER_PAGE), ...(after && { after }) }).toString();
    const response = await fetch(`${url.replace(/\/+$/, '')}/charges?${query}`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`The card processor answers ${response.status}`);
    const page = (await response.json()) as { items: Charge[]; next?: string | null };
    yield* page.items;
    after = page.next ?? null;
  }
}
