import type { DeadLetter, DeadLetterRecord } from './dead-letter.ts';

/** Which dead letters are meant: those that meet all conditions that are given. */
export interface DeadLetterFilter {
  /** The consumer's name, or the part of it before `_v`: `orders_v1`, `orders`, `customer-command.reactions`. */
  readonly consumer?: string;
  readonly topic?: string;
  /** The record's key as text. */
  readonly entity?: string;
  /** A part of the error's text, whatever its case. */
  readonly error?: string;
  /** First failed at or after this time, and before that. */
  readonly since?: Date;
  readonly until?: Date;
}

/** What became of the dead letters of one entity, or of one record without a key; counts of records. */
export interface Redriven {
  readonly consumer: string;
  readonly topic: string;
  readonly partition: number;
  readonly entity: string | null;
  readonly applied: number;
  /** Skipped, because the event had been applied before. */
  readonly duplicates: number;
  /** Still parked: what failed again, and everything behind it. */
  readonly left: number;
  readonly failed?: { readonly offset: number; readonly error: string };
}

/** A record that was given up, and how many of its entity stay parked behind it. */
export interface Discarded {
  readonly letter: DeadLetter;
  readonly left: number;
}

/** Who gives a record up, and why. */
export interface Discarding {
  readonly reason: string;
  readonly by: string;
}

/**
 * The dead letters of some consumers: records that they put aside, because they could not apply them or because an
 * earlier record of the same entity was put aside. Works while the consumers run and, where it can, while they do not.
 */
export interface DeadLetters {
  /** In the order of consumer, topic, partition and offset. */
  list(filter: DeadLetterFilter): AsyncIterable<DeadLetter>;
  /** The same with the original records. */
  show(filter: DeadLetterFilter): AsyncIterable<DeadLetterRecord>;
  /**
   * Applies, entity by entity and in order, all that is parked of the entities with a letter that the filter finds, as
   * the consumer does with new records; it stops at the first of an entity that fails again. Safe to repeat, to abort and
   * to race the consumer. A dry run changes nothing and tells what would happen.
   */
  redrive(filter: DeadLetterFilter, dryRun: boolean): AsyncIterable<Redriven>;
  /**
   * Gives up the letters that the filter finds and that failed themselves; those behind them stay parked. Recorded with
   * the original bytes. A dry run changes nothing.
   */
  discard(filter: DeadLetterFilter, discarding: Discarding, dryRun: boolean): AsyncIterable<Discarded>;
}
