import type { Money } from '../events/payment.events.ts';
import type { RequestKind } from '../events/payment.latest.ts';

/** One movement of money, to be made in full or not at all. */
export interface CardOperation {
  readonly kind: RequestKind;
  readonly paymentId: string;
  readonly amount: Money;
  /** Stands for the customer's card. */
  readonly token: string;
}

/** What became of the request under one idempotency key; it never changes. */
export type FinalAnswer =
  | { readonly outcome: 'done'; readonly amount: Money; readonly reference: string }
  | { readonly outcome: 'declined'; readonly reason: string }
  /** The key was cancelled before the request arrived: it never happens. */
  | { readonly outcome: 'cancelled' };

/** What concludes nothing: the request may be on its way still, or have happened. */
type NoAnswer =
  | { readonly outcome: 'not-found' }
  /** Time-out, overload, or nonsense. */
  | { readonly outcome: 'unanswered'; readonly detail: string };

export type ProcessorAnswer = FinalAnswer | NoAnswer;

export const isFinal = (answer: ProcessorAnswer): answer is FinalAnswer =>
  answer.outcome !== 'not-found' && answer.outcome !== 'unanswered';

/**
 * Whoever moves money on cards. A key stands for one operation: sent again, it answers as before and moves nothing.
 * No method throws; each gives up when the signal aborts.
 */
export interface CardProcessor {
  /** How long the processor remembers a key at least, from its first arrival, in milliseconds. */
  readonly keyWindowMs: number;
  authorize(key: string, operation: CardOperation, signal?: AbortSignal): Promise<ProcessorAnswer>;
  capture(key: string, operation: CardOperation, signal?: AbortSignal): Promise<ProcessorAnswer>;
  void(key: string, operation: CardOperation, signal?: AbortSignal): Promise<ProcessorAnswer>;
  refund(key: string, operation: CardOperation, signal?: AbortSignal): Promise<ProcessorAnswer>;
  status(key: string, signal?: AbortSignal): Promise<ProcessorAnswer>;
  /** Makes a request that has not arrived never happen; answers what became of one that has. */
  cancelKey(key: string, signal?: AbortSignal): Promise<ProcessorAnswer>;
}
