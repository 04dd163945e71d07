import type { LogRecord } from '#mechanisms/kafka/index';
import type { Clock } from './clock.ts';
import type { CommandEnvelope, Receipt } from './command.ts';
import type { ReactionCursor, SourceName } from './cursor.ts';
import type { EntityImage } from './image/image.ts';
import type { ParkedFact } from './parking/parked-fact.ts';

/** A foreign fact's command for this partition; with neither envelope nor fault it concerns others: only the cursor moves. */
export interface ReactionFact<Command> {
  readonly source: SourceName;
  readonly cursor: ReactionCursor;
  readonly envelope?: CommandEnvelope<Command>;
  /** Why no command can be made of it, ever. Nobody knows then whom it concerns: every partition parks it. */
  readonly fault?: Error;
  /** As it stands in its topic; for all but those that concern others. */
  readonly record?: LogRecord;
}

/** What is to be done about a parked fact, by its name; nothing when it is parked no more. */
export type ParkedTask<Command> = { readonly name: string } & (
  | { readonly kind: 'apply'; readonly envelope: CommandEnvelope<Command>; readonly dryRun?: boolean }
  /** The fact can be understood now: these commands of it are for this partition. */
  | { readonly kind: 'unpack'; readonly commands: readonly { readonly ordinal: number; readonly entityId: string }[] }
  /** No command could be made of it once more. */
  | { readonly kind: 'fail'; readonly error: Error }
  | { readonly kind: 'discard'; readonly record: LogRecord; readonly by: string; readonly reason: string }
);

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
   * a source are applied in the order of these calls. Rejects, the cursor moved all the same, with the domain's refusal, or with
   * `FactParked` when it can never be applied or must not overtake one that is parked. With any other error the source is
   * stopped for this partition: nothing of it is applied until `restart`.
   */
  apply(fact: ReactionFact<Command>): Promise<Receipt>;
  /** Has the facts of a stopped source applied again, which are to be handed over anew from its cursor on. */
  restart(source: SourceName): void;
  /** As of the last commit, in the order in which they were parked. */
  parked(): readonly ParkedFact[];
  /**
   * Tries a parked fact again, or gives it up; its record goes in the transaction of the effect. Rejects with the domain's
   * refusal, which is an effect, too; with `FactParked` when it stays parked for it failed again, with `WaitsBehind` when it
   * has to wait for another one.
   */
  handleParked(task: ParkedTask<Command>): Promise<Receipt>;
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
