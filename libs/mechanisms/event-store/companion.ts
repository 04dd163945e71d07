import type { Clock } from './clock.ts';
import type { CommandEnvelope, Receipt } from './command.ts';
import type { ReactionCursor, SourceName } from './cursor.ts';
import type { EntityImage } from './image.ts';

/** A foreign fact's command for this partition; without an envelope the fact concerns others and only the cursor moves. */
export interface ReactionFact<Command> {
  readonly source: SourceName;
  readonly cursor: ReactionCursor;
  readonly envelope?: CommandEnvelope<Command>;
}

/** A partition that is owned and open, as those see it that work beside the owner. */
export interface OpenPartition<State, Command> {
  readonly partition: number;
  readonly cursors: ReadonlyMap<SourceName, ReactionCursor>;
  /** Epoch milliseconds of the partition's newest record; a clock that is far behind it is wrong. */
  lastOccurredAt(): number;
  readonly clock: Clock;
  /** The entities that have a deadline or an open request. */
  active(): Iterable<[string, EntityImage<State>]>;
  /** Throws StoreFailed when the local store cannot be read; the partition is taken over again then. */
  get(entityId: string): EntityImage<State>;
  /** Executes a command of the partition's own, whatever the queue's length; it waits for as long as it takes. */
  execute(envelope: CommandEnvelope<Command>): Promise<Receipt>;
  /**
   * Applies a fact and moves its source's cursor in one transaction; one that the cursor has passed is left out. Facts of
   * a source are applied in the order of these calls. Rejects with the domain's refusal, the cursor moved all the same;
   * with any other error the source is stopped for this partition.
   */
  apply(fact: ReactionFact<Command>): Promise<Receipt>;
  /** Resolves after a commit that began after this call: until then this process may have lost the partition unknowingly. */
  confirm(): Promise<void>;
}

/** Works beside the owner of one partition while it is open. None of the methods may throw, but for StoreFailed. */
export interface Companion<State, Command> {
  /** The partition was taken over and is open. */
  opened(partition: OpenPartition<State, Command>): void;
  /** A commit changed an entity. */
  changed(entityId: string, state: State): void;
  /** The partition is not open any more, or about to be let go: nothing new may be begun. May be called more than once. */
  closed(): void;
}
