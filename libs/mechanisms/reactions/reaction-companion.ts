import { partitionFor } from '#mechanisms/kafka/index';
import type { LogRecord } from '#mechanisms/kafka/index';
import { sourceName, WHOLE_FACT } from '#mechanisms/event-store/index';
import type { Companion, OpenPartition, ReactionCursor, ReactionFact } from '#mechanisms/event-store/index';
import type { InterpretedFact, ReactionFeed } from './reaction-feed.ts';
import type { Follower } from './source-partition.ts';

/** Facts of one owner that wait for a commit; more are not read meanwhile. */
const MOST_OUTSTANDING = 500;

/** The cursor follows facts that concern others in steps of this many, so that they cost next to no transactions. */
const LAZY_STEP = 1_000;

/** Is told what became of the facts. */
export interface ReactionObserver {
  applied(): void;
  /** A rule of the domain refused the command; expected, and final. */
  refused(fact: ReactionFact<unknown>, error: Error): void;
  /** The fact could not be applied; its source partition stands still for this owner. */
  stopped(fact: ReactionFact<unknown>, error: Error): void;
}

/** Applies the facts of all source partitions to one owned partition, from its cursors on, for as long as it is open. */
export class ReactionCompanion<State, Command> implements Companion<State, Command> {
  private readonly feed: ReactionFeed<Command>;
  private readonly partitions: number;
  private readonly observer: ReactionObserver;
  private partition: OpenPartition<State, Command> | undefined;
  private following: (() => void)[] = [];
  private readonly reachedOffsets = new Map<string, number>();
  private outstanding = 0;
  private relieved: (() => void) | undefined;

  constructor(feed: ReactionFeed<Command>, partitions: number, observer: ReactionObserver) {
    this.feed = feed;
    this.partitions = partitions;
    this.observer = observer;
  }

  opened(partition: OpenPartition<State, Command>): void {
    this.partition = partition;
    this.reachedOffsets.clear();
    const { topics, partitions } = this.feed.log;
    for (const topic of topics) {
      for (let number = 0; number < partitions; number += 1) this.start(partition, topic, number);
    }
  }

  changed(): void {
    // reactions come from other contexts' facts only
  }

  closed(): void {
    for (const stop of this.following.splice(0)) stop();
    this.partition = undefined;
  }

  /** The ends of all source partitions as they are now. */
  async ends(): Promise<ReadonlyMap<string, number>> {
    const { topics, partitions } = this.feed.log;
    const ends = new Map<string, number>();
    for (const topic of topics) {
      for (let number = 0; number < partitions; number += 1) {
        ends.set(sourceName(topic, number), await this.feed.log.endOffset(topic, number));
      }
    }
    return ends;
  }

  /** Whether every fact before the ends has been applied. */
  hasReached(ends: ReadonlyMap<string, number>): boolean {
    return this.outstanding === 0 && [...ends].every(([source, end]) => (this.reachedOffsets.get(source) ?? 0) >= end);
  }

  private start(partition: OpenPartition<State, Command>, topic: string, number: number): void {
    const name = sourceName(topic, number);
    const cursor = partition.cursors.get(name)!;
    let skipped = 0;
    const follower: Follower = {
      from: firstOffset(cursor),
      take: async (record, interpreted) => {
        if (this.partition !== partition) return;
        const { eventId, envelopes } = interpreted as InterpretedFact<Command>;
        const concerned = await this.offer(partition, name, record, eventId, envelopes);
        skipped = concerned ? 0 : skipped + 1;
        if (skipped < LAZY_STEP) return;
        skipped = 0;
        this.hand(partition, { source: name, cursor: { offset: record.offset, ordinal: WHOLE_FACT, eventId } });
      },
      reached: (offset) => this.reachedOffsets.set(name, offset),
    };
    const source = this.feed.source(topic, number);
    source.follow(follower);
    this.following.push(() => source.unfollow(follower));
  }

  private async offer(
    partition: OpenPartition<State, Command>,
    source: string,
    { offset }: LogRecord,
    eventId: string,
    envelopes: InterpretedFact<Command>['envelopes'],
  ): Promise<boolean> {
    let concerned = false;
    for (const [ordinal, envelope] of envelopes.entries()) {
      if (partitionFor(envelope.entityId, this.partitions) !== partition.partition) continue;
      concerned = true;
      if (this.outstanding >= MOST_OUTSTANDING) await new Promise<void>((resolve) => (this.relieved = resolve));
      this.hand(partition, { source, cursor: { offset, ordinal, eventId }, envelope });
    }
    return concerned;
  }

  private hand(partition: OpenPartition<State, Command>, fact: ReactionFact<Command>): void {
    this.outstanding += 1;
    partition
      .apply(fact)
      .then(
        () => this.observer.applied(),
        (error: Error) => this.failed(partition, fact, error),
      )
      .finally(() => {
        this.outstanding -= 1;
        this.relieved?.();
      });
  }

  private failed(partition: OpenPartition<State, Command>, fact: ReactionFact<Command>, error: Error): void {
    if (error.name === 'DomainError') this.observer.refused(fact, error);
    else if (this.partition === partition) this.observer.stopped(fact, error);
  }
}

const firstOffset = ({ offset, ordinal }: ReactionCursor): number =>
  ordinal === WHOLE_FACT ? offset + 1 : Math.max(offset, 0);
