import { nameOf } from './topics/topic-partition.ts';
import type { TopicPartition } from './topics/topic-partition.ts';
import type { Attempt } from './types.ts';

/**
 * A transaction that did not end in an acknowledged commit; the writer is dead afterwards and must be opened anew.
 * `not-written`: no produce request was sent, so nothing of it can ever appear.
 * `unknown`: it may or may not be committed; open a new writer (which settles it), then look for `attempt` in the log.
 */
export class WriteFailure extends Error {
  override readonly name = 'WriteFailure';
  readonly retriable = true;
  readonly outcome: 'not-written' | 'unknown';
  /** The broker said that this producer's epoch is over: another writer with the same id was opened, or the coordinator gave up on it. */
  readonly fenced: boolean;
  readonly attempt: Attempt;

  constructor(outcome: 'not-written' | 'unknown', fenced: boolean, attempt: Attempt, cause: unknown) {
    super(`The transaction's outcome is ${outcome}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
    this.outcome = outcome;
    this.fenced = fenced;
    this.attempt = attempt;
  }
}

/** Kafka could not be reached or did not answer in time; nothing was written by the call that throws it. */
export class KafkaUnavailable extends Error {
  override readonly name = 'KafkaUnavailable';
  readonly retriable = true;
}

/** A broker has lost the end of a transaction, and nobody knows how it ended; a person must look. */
export class TransactionLeftOpen extends Error {
  override readonly name = 'TransactionLeftOpen';
  readonly code = 'TRANSACTION_LEFT_OPEN';
  readonly retriable = false;

  constructor(transactionalId: string, partitions: readonly TopicPartition[]) {
    const names = partitions.map(nameOf).join(', ');
    super(
      `The last transaction of ${transactionalId} is open in ${names}, though its coordinator calls it ended and does not ` +
        'tell how. See docs/decisions/0016-end-what-a-broker-left-open.md.',
    );
  }
}

/** The cluster is not as the deploy step leaves it (a topic is missing, or has another partition count). */
export class TopicMismatch extends Error {
  override readonly name = 'TopicMismatch';
  readonly retriable = false;
}

/** Thrown by a subscription's `onBatch`: the position is no longer what it was; ask for it again, and go on there. */
export class PositionLost extends Error {
  override readonly name = 'PositionLost';
  readonly retriable = true;
}
