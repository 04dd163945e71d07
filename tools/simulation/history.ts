import type { CommandEnvelope, Receipt } from '#mechanisms/event-store/index';
import type { AccountCommand, AccountState } from './account.ts';

export type Answer = { readonly receipt: Receipt } | { readonly error: Error & { readonly code?: string } };

/** One delivery of a command to an instance. Times are counted in commits decided at the broker. */
export interface Attempt {
  readonly instance: string;
  readonly deliveredAt: number;
  answeredAt: number;
  answer: Answer | undefined;
}

/** An account as an instance showed it at a time without being asked to confirm it. */
export interface Peek {
  readonly instance: string;
  readonly accountId: string;
  readonly at: number;
  readonly version: number;
  readonly state: AccountState;
}

/** What a client wants done, and every attempt at it; with a key it is tried again after an unknown outcome. */
export interface Operation {
  readonly envelope: CommandEnvelope<AccountCommand>;
  readonly attempts: Attempt[];
  finished: boolean;
}

const UNAVAILABLE = new Set(['UNAVAILABLE', 'OVERLOADED']);

export const isNotExecuted = (answer: Answer): boolean => 'error' in answer && UNAVAILABLE.has(answer.error.code ?? '');

export const isUnknown = (answer: Answer): boolean => 'error' in answer && answer.error.code === 'OUTCOME_UNKNOWN';
