import type { BatchLimits } from '../batches/batch.ts';

/** How much an owner takes on, and how long it waits. */
export interface OwnerLimits {
  /** Commands that may wait in one partition, and for one entity of it. */
  readonly queue: number;
  readonly queuePerEntity: number;
  readonly batch: BatchLimits;
  /** Milliseconds until a command is given up: 503 while it waits, 504 once a transaction carries it. */
  readonly commandTimeoutMs: number;
  /** How long `close` waits for the accepted commands. */
  readonly drainMs: number;
  /** The pause before a fenced owner that the partition is still assigned to takes over again. */
  readonly fencedPauseMs: number;
  /** The pause before a stopped partition is tried again. */
  readonly stoppedPauseMs: number;
  /** The first and the longest pause between two attempts to take over. */
  readonly retryMs: readonly [first: number, longest: number];
}

/**
 * - `opening`: taking over, or trying again to; commands wait, up to their deadline.
 * - `open`: deciding and writing.
 * - `lost`: fenced, and the partition was not confirmed as assigned to this process; it asks again until it is.
 * - `stopped`: the log contradicts itself or this program; a person must act. It looks again now and then.
 */
export type OwnerState = 'opening' | 'open' | 'lost' | 'stopped' | 'closed';

/** Is told what an owner does, for logs and metrics. */
export interface OwnerObserver {
  stateChanged(partition: number, state: OwnerState, reason: string): void;
  committed(partition: number, commands: number, events: number, milliseconds: number): void;
}
