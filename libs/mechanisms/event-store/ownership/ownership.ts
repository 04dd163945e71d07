import type { DomainEvent } from '#mechanisms/event-sourcing/index';
import type { CommittedPartition } from '#mechanisms/kafka/index';
import type { OwnerClaim } from '../claim.ts';
import type { Clock } from '../clock.ts';
import type { EntityCodec } from '../codec.ts';
import type { ReactionCursor, SourceName } from '../cursor.ts';
import type { Image, ImagePosition } from '../image/image.ts';
import type { LocalStores } from '../image/local-stores.ts';
import type { PartitionLog, PartitionWriter, TopicRecords } from '../log/partition-log.ts';
import type { EventModel } from '../model.ts';
import type { ParkedFacts } from '../parking/parked-facts.ts';
import type { SourceLog } from '../sources.ts';

/** What take-over, rebuild and owner work with. */
export interface OwnerContext<State, Command, Event extends DomainEvent> {
  readonly model: EventModel<State, Command, Event>;
  readonly codec: EntityCodec<Event>;
  readonly log: PartitionLog;
  readonly sources: SourceLog;
  readonly clock: Clock;
  /** Without them, every entity is held in memory. */
  readonly stores?: LocalStores | undefined;
  /** Who this process is, for the claim. */
  readonly self: Pick<OwnerClaim, 'instance' | 'address'>;
  /** Whether the group still gives the partition to this process: only then does a fenced owner take over again. */
  isAssigned(): Promise<boolean>;
}

/** What the end of the events topic says. */
export interface Tail {
  /** Undefined while there is no event. */
  readonly lastEvent: ImagePosition['event'];
  readonly lastOccurredAt: number;
}

/**
 * One epoch of ownership: the fenced writer, the image as of its last commit, and the next offset of each topic.
 * The offsets are lower bounds: nobody else can write, but a transaction marker takes an offset as well.
 */
export class Ownership<State> {
  readonly image: Image<State>;
  readonly claim: OwnerClaim;
  /** How far the partition has reacted to each source partition, as of the last commit. */
  readonly cursors: Map<SourceName, ReactionCursor>;
  /** Facts that could not be applied, and those that wait behind them, as of the last commit. */
  parked: ParkedFacts;
  /** Source partitions of which no more facts may be parked; nothing is applied that is behind the first of these. */
  readonly stoppedSources = new Set<SourceName>();
  /** The partition's last fact; undefined while there is none. */
  lastEvent: ImagePosition['event'];
  /** Epoch milliseconds of the newest record. */
  lastOccurredAt: number;
  private readonly writer: PartitionWriter;
  private readonly nextOffsets: Map<string, number>;

  constructor(taken: {
    writer: PartitionWriter;
    image: Image<State>;
    claim: OwnerClaim;
    cursors: Map<SourceName, ReactionCursor>;
    parked: ParkedFacts;
    nextOffsets: Map<string, number>;
    lastEvent: ImagePosition['event'];
    lastOccurredAt: number;
  }) {
    this.writer = taken.writer;
    this.image = taken.image;
    this.claim = taken.claim;
    this.cursors = taken.cursors;
    this.parked = taken.parked;
    this.nextOffsets = taken.nextOffsets;
    this.lastEvent = taken.lastEvent;
    this.lastOccurredAt = taken.lastOccurredAt;
  }

  /** Its offset; -1 while there is none. */
  get lastEventOffset(): number {
    return this.lastEvent?.offset ?? -1;
  }

  /** The lowest offset that the next record of the topic can get. */
  nextOffset(topic: string): number {
    return this.nextOffsets.get(topic)!;
  }

  /** Commits and moves the next offsets past the records and the marker behind them. */
  async commit(batch: readonly TopicRecords[]): Promise<CommittedPartition[]> {
    const committed = await this.writer.commit(batch);
    for (const { topic, baseOffset } of committed) {
      if (!this.nextOffsets.has(topic)) continue;
      const count = batch.find((part) => part.topic === topic)!.records.length;
      this.nextOffsets.set(topic, baseOffset + count + 1);
    }
    return committed;
  }

  async close(): Promise<void> {
    await this.writer.close();
    await this.image.close();
  }
}
