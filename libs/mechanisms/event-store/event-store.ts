import type { DomainEvent } from '#mechanisms/event-sourcing/index';
import { partitionFor } from '#mechanisms/kafka/index';
import type { SchemaCatalogue } from '#mechanisms/schemas/index';
import type { OwnerClaim } from './claim.ts';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { EntityCodec } from './codec.ts';
import type { CommandEnvelope, Receipt } from './command.ts';
import type { Companion } from './companion.ts';
import { NotOwner } from './errors.ts';
import type { SeenEntity } from './image/entity-watch.ts';
import type { LocalStores } from './image/local-stores.ts';
import type { PartitionLog } from './log/partition-log.ts';
import type { EventModel } from './model.ts';
import type { OwnerLimits, OwnerObserver, OwnerState } from './ownership/owner-settings.ts';
import type { OwnerContext } from './ownership/ownership.ts';
import { PartitionOwner } from './ownership/partition-owner.ts';
import { NO_SOURCES } from './sources.ts';
import type { SourceLog } from './sources.ts';

const DEFAULT_LIMITS: OwnerLimits = {
  queue: 10_000,
  queuePerEntity: 1_000,
  batch: { commands: 500, bytes: 900_000 },
  commandTimeoutMs: 10_000,
  drainMs: 8_000,
  fencedPauseMs: 500,
  stoppedPauseMs: 15_000,
  retryMs: [100, 2_000],
};

/** One partition, for health and metrics. */
export interface PartitionStatus {
  readonly partition: number;
  readonly state: OwnerState;
  readonly reason: string;
  readonly entities: number;
  /** Those of them that are held in memory. */
  readonly cached: number;
  readonly queued: number;
  /** Foreign facts that wait for a person, or behind one that does. */
  readonly parked: number;
}

export interface EventStoreOptions<State, Command, Event extends DomainEvent> {
  readonly model: EventModel<State, Command, Event>;
  readonly catalogue: SchemaCatalogue;
  /** One log a partition, in order; their number is the partition count. */
  readonly logs: readonly PartitionLog[];
  readonly self: Pick<OwnerClaim, 'instance' | 'address'>;
  readonly observer: OwnerObserver;
  /** What the entities react to; nothing by default. */
  readonly sources?: SourceLog;
  /** Makes those that work beside the owner of a partition. */
  readonly companions?: (partition: number) => readonly Companion<State, Command>[];
  /** Asks the group whether a partition is this process's; always by default. A fenced owner takes over only then. */
  readonly isAssigned?: (partition: number) => Promise<boolean>;
  readonly limits?: Partial<OwnerLimits>;
  /** Where entities are kept that are not needed now; without it, all of them stay in memory. */
  readonly stores?: LocalStores | undefined;
  /** The system's by default. */
  readonly clock?: Clock;
}

/**
 * The write side of one kind of entity in one process: owns the partitions that are assigned to it and executes commands
 * on them. Per entity, commands are decided one after another on the facts before them; an accepted command's facts are
 * in the log exactly once; a refused one leaves none.
 */
export class EventStore<State, Command, Event extends DomainEvent> {
  private readonly options: EventStoreOptions<State, Command, Event>;
  private readonly context: Omit<OwnerContext<State, Command, Event>, 'log' | 'isAssigned'>;
  private readonly limits: OwnerLimits;
  private readonly owners = new Map<number, PartitionOwner<State, Command, Event>>();
  private readonly leaving = new Map<number, Promise<void>>();
  private assigned: ReadonlySet<number> = new Set();

  /** Owns nothing until `assign`. @throws SchemaNotDeployed */
  constructor(options: EventStoreOptions<State, Command, Event>) {
    const { model, catalogue, self, sources = NO_SOURCES, clock = systemClock, stores, limits } = options;
    this.options = options;
    this.context = { model, codec: new EntityCodec<Event>(model.entity, catalogue), sources, clock, stores, self };
    this.limits = { ...DEFAULT_LIMITS, ...limits };
  }

  /**
   * Owns exactly these partitions from now on: begins to take over the ones that are new, and lets go of the others once
   * what they had accepted is answered. Resolves when those are let go. Of those that stay, each makes sure by a commit that
   * nobody has had it meanwhile.
   */
  async assign(partitions: Iterable<number>): Promise<void> {
    this.assigned = new Set(partitions);
    for (const [partition, owner] of this.owners) {
      if (!this.assigned.has(partition) || owner.state === 'lost') this.letGo(partition, owner);
      else owner.check();
    }
    const owning = [...this.assigned].map((partition) => this.own(partition));
    await Promise.all([...this.leaving.values(), ...owning]);
  }

  /** The partitions that this process owns, is taking over, or still finishes. */
  held(): number[] {
    return [...this.owners.keys(), ...this.leaving.keys()].toSorted((a, b) => a - b);
  }

  /** Whether a command for the entity can be given to this process. */
  owns(entityId: string): boolean {
    return this.owners.has(this.partitionOf(entityId));
  }

  partitionOf(entityId: string): number {
    return partitionFor(entityId, this.options.logs.length);
  }

  /**
   * Resolves after the commit. Rejects with a DomainError, or with an EventStoreError that says whether to try again:
   * `NotOwner` when the entity's partition is not this process's.
   */
  execute(envelope: CommandEnvelope<Command>, timeoutMs?: number): Promise<Receipt> {
    const owner = this.owners.get(this.partitionOf(envelope.entityId));
    return owner
      ? owner.execute(envelope, timeoutMs)
      : Promise.reject(new NotOwner('The partition is not owned here.'));
  }

  /** See {@link PartitionOwner.waitBeyond}; undefined when the partition is not owned here. */
  async waitBeyond(entityId: string, version: number, timeoutMs: number): Promise<SeenEntity<State> | undefined> {
    return this.owners.get(this.partitionOf(entityId))?.waitBeyond(entityId, version, timeoutMs);
  }

  status(): PartitionStatus[] {
    const owners = [...this.owners].toSorted(([a], [b]) => a - b);
    return owners.map(([partition, { state, reason, imageSize, queueLength, parkedFacts }]) => ({
      partition,
      state,
      reason,
      ...imageSize,
      queued: queueLength,
      parked: parkedFacts,
    }));
  }

  /** Answers what was accepted, then lets go of every partition. */
  close(): Promise<void> {
    return this.assign([]);
  }

  private letGo(partition: number, owner: PartitionOwner<State, Command, Event>): void {
    this.owners.delete(partition);
    const closed = owner.close().finally(() => this.leaving.delete(partition));
    this.leaving.set(partition, closed);
  }

  /** A former owner of this process is waited for: the new one would fence it. */
  private async own(partition: number): Promise<void> {
    const former = this.leaving.get(partition);
    if (former) await former;
    if (!this.assigned.has(partition) || this.owners.has(partition)) return;
    const { logs, observer, companions, isAssigned = async () => true } = this.options;
    const log = logs[partition]!;
    const context = { ...this.context, log, isAssigned: () => isAssigned(partition) };
    this.owners.set(partition, new PartitionOwner(context, this.limits, observer, companions?.(partition)));
  }
}
