import type { DomainEvent } from '#mechanisms/event-sourcing/index';
import { partitionFor } from '#mechanisms/kafka/index';
import type { SchemaCatalogue } from '#mechanisms/schemas/index';
import type { OwnerClaim } from './claim.ts';
import { EntityCodec } from './codec.ts';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import type { CommandEnvelope, Receipt } from './command.ts';
import type { Companion } from './companion.ts';
import type { SeenEntity } from './entity-watch.ts';
import type { EventModel } from './model.ts';
import { PartitionOwner } from './partition-owner.ts';
import type { OwnerLimits, OwnerObserver, OwnerState } from './owner-settings.ts';
import type { PartitionLog } from './partition-log.ts';
import { NO_SOURCES } from './sources.ts';
import type { SourceLog } from './sources.ts';

const DEFAULT_LIMITS: OwnerLimits = {
  queue: 10_000,
  batch: { commands: 500, bytes: 900_000 },
  commandTimeoutMs: 10_000,
  drainMs: 8_000,
  fencedPauseMs: 2_000,
  stoppedPauseMs: 15_000,
  retryMs: [100, 2_000],
};

/** One partition, for health and metrics. */
export interface PartitionStatus {
  readonly partition: number;
  readonly state: OwnerState;
  readonly reason: string;
  readonly entities: number;
  readonly queued: number;
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
  /** Makes those that work beside the owner of each partition. */
  readonly companions?: () => readonly Companion<State, Command>[];
  readonly limits?: Partial<OwnerLimits>;
  /** The system's by default. */
  readonly clock?: Clock;
}

/**
 * The write side of one kind of entity: takes every partition over and executes commands on it.
 * Per entity, commands are decided one after another on the facts before them; an accepted command's facts are in the
 * log exactly once; a refused one leaves none.
 */
export class EventStore<State, Command, Event extends DomainEvent> {
  private readonly owners: readonly PartitionOwner<State, Command, Event>[];

  /** Starts to take over at once; commands wait meanwhile. @throws SchemaNotDeployed */
  constructor(options: EventStoreOptions<State, Command, Event>) {
    const { model, catalogue, logs, self, observer, limits, companions } = options;
    const { sources = NO_SOURCES, clock = systemClock } = options;
    const codec = new EntityCodec<Event>(model.entity, catalogue);
    const ownerLimits = { ...DEFAULT_LIMITS, ...limits };
    this.owners = logs.map(
      (log) => new PartitionOwner({ model, codec, log, sources, clock, self }, ownerLimits, observer, companions?.()),
    );
  }

  /** Resolves after the commit. Rejects with a DomainError, or with an EventStoreError that says whether to try again. */
  execute(envelope: CommandEnvelope<Command>): Promise<Receipt> {
    return this.ownerOf(envelope.entityId).execute(envelope);
  }

  /** See {@link PartitionOwner.waitUntil}. */
  waitUntil(
    entityId: string,
    until: (state: State) => boolean,
    timeoutMs: number,
  ): Promise<SeenEntity<State> | undefined> {
    return this.ownerOf(entityId).waitUntil(entityId, until, timeoutMs);
  }

  status(): PartitionStatus[] {
    return this.owners.map((owner, partition) => ({
      partition,
      state: owner.state,
      reason: owner.reason,
      entities: owner.imageSize,
      queued: owner.queueLength,
    }));
  }

  /** Answers what was accepted, then lets go of every partition. */
  async close(): Promise<void> {
    await Promise.all(this.owners.map((owner) => owner.close()));
  }

  private ownerOf(entityId: string): PartitionOwner<State, Command, Event> {
    return this.owners[partitionFor(entityId, this.owners.length)]!;
  }
}
