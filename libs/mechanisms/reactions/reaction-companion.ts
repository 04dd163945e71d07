import { partitionFor } from '#mechanisms/kafka/index';
import type { LogRecord } from '#mechanisms/kafka/index';
import { sourceName, WHOLE_FACT } from '#mechanisms/event-store/index';
import type { Companion, OpenPartition, ParkedFact, ReactionCursor, ReactionFact } from '#mechanisms/event-store/index';
import { handleParked } from './handle-parked.ts';
import type { ParkedOutcome, ParkedRequest } from './handle-parked.ts';
import type { InterpretedFact, ReactionFeed } from './reaction-feed.ts';
import type { Follower } from './source-partition.ts';

/** Facts of one owner that wait for a commit; more are not read meanwhile. */
const MOST_OUTSTANDING = 500;

/** The cursor follows facts that concern others in steps of this many, so that they cost next to no transactions. */
const LAZY_STEP = 1_000;

/** After this long a source that stands still is tried again. */
const STOPPED_PAUSE_MS = 5_000;

/** Is told what became of the facts. */
export interface ReactionObserver {
  applied(): void;
  /** A rule of the domain refused the command; expected, and final. */
  refused(fact: ReactionFact<unknown>, error: Error): void;
  /** The fact can never be applied, or must not overtake one that cannot: it waits for a person. */
  parked(fact: ReactionFact<unknown>, error: Error): void;
  /** Too many facts are parked; the source stands still for this owner and is tried again now and then. */
  stopped(fact: ReactionFact<unknown>, error: Error): void;
}

/** One source partition, as it is followed for one owner. */
interface Followed {
  readonly topic: string;
  readonly number: number;
  readonly name: string;
  /** Its facts that wait for a commit. */
  outstanding: number;
  stop: () => void;
}

/** Applies the facts of all source partitions to one owned partition, from its cursors on, for as long as it is open. */
export class ReactionCompanion<State, Command> implements Companion<State, Command> {
  private readonly feed: ReactionFeed<Command>;
  private readonly partitions: number;
  private readonly observer: ReactionObserver;
  private partition: OpenPartition<State, Command> | undefined;
  private readonly following = new Set<Followed>();
  private readonly reachedOffsets = new Map<string, number>();
  /** Source partitions that stand still, and why. */
  readonly standing = new Map<string, string>();
  private outstanding = 0;
  private relieved: (() => void)[] = [];

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
    for (const followed of this.following) followed.stop();
    this.following.clear();
    this.standing.clear();
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

  /** Whether every fact before the ends has been applied, or parked. */
  hasReached(ends: ReadonlyMap<string, number>): boolean {
    return this.outstanding === 0 && [...ends].every(([source, end]) => (this.reachedOffsets.get(source) ?? 0) >= end);
  }

  /** In the order in which they were parked; none while the partition is not open. */
  parked(): readonly ParkedFact[] {
    return this.partition?.parked() ?? [];
  }

  /** See {@link handleParked}; undefined when the partition is not open here. */
  async handleParked(request: ParkedRequest): Promise<ParkedOutcome[] | undefined> {
    return this.partition && handleParked(this.partition, this.feed, this.partitions, request);
  }

  private start(partition: OpenPartition<State, Command>, topic: string, number: number): void {
    const name = sourceName(topic, number);
    const source = this.feed.source(topic, number);
    const followed: Followed = { topic, number, name, outstanding: 0, stop: () => source.unfollow(follower) };
    let skipped = 0;
    const follower: Follower = {
      from: firstOffset(partition.cursors.get(name)!),
      take: async (record, interpreted) => {
        const fact = interpreted as InterpretedFact<Command>;
        const concerned = await this.offer(partition, followed, record, fact);
        skipped = concerned ? 0 : skipped + 1;
        if (skipped < LAZY_STEP) return;
        skipped = 0;
        await this.hand(partition, followed, { source: name, cursor: wholeOf(record, fact) });
      },
      reached: (offset) => this.reachedOffsets.set(name, offset),
    };
    this.following.add(followed);
    source.follow(follower);
  }

  private async offer(
    partition: OpenPartition<State, Command>,
    followed: Followed,
    record: LogRecord,
    fact: InterpretedFact<Command>,
  ): Promise<boolean> {
    const { eventId, envelopes, fault } = fact;
    const source = followed.name;
    if (fault) {
      await this.hand(partition, followed, { source, cursor: wholeOf(record, fact), fault, record });
      return true;
    }
    let concerned = false;
    for (const [ordinal, envelope] of envelopes.entries()) {
      if (partitionFor(envelope.entityId, this.partitions) !== partition.partition) continue;
      concerned = true;
      const cursor = { offset: record.offset, ordinal, eventId };
      await this.hand(partition, followed, { source, cursor, envelope, record });
    }
    return concerned;
  }

  /** Waits for its turn only while too many others wait. */
  private async hand(
    partition: OpenPartition<State, Command>,
    followed: Followed,
    fact: ReactionFact<Command>,
  ): Promise<void> {
    while (this.outstanding >= MOST_OUTSTANDING) await new Promise<void>((resolve) => this.relieved.push(resolve));
    if (!this.following.has(followed)) return;
    this.outstanding += 1;
    followed.outstanding += 1;
    partition
      .apply(fact)
      .then(
        () => this.goesOn(followed, () => this.observer.applied()),
        (error: Error) => this.failed(partition, followed, fact, error),
      )
      .finally(() => {
        this.outstanding -= 1;
        followed.outstanding -= 1;
        for (const go of this.relieved.splice(0)) go();
      });
  }

  private failed(
    partition: OpenPartition<State, Command>,
    followed: Followed,
    fact: ReactionFact<Command>,
    error: Error,
  ): void {
    if (error.name === 'DomainError') this.goesOn(followed, () => this.observer.refused(fact, error));
    else if (error.name === 'FactParked') this.goesOn(followed, () => this.observer.parked(fact, error));
    else if (error.name === 'SourceStopped' && this.following.has(followed)) {
      if (this.standing.get(followed.name) !== error.message) this.observer.stopped(fact, error);
      this.standing.set(followed.name, error.message);
      void this.tryAgain(partition, followed);
    }
  }

  private goesOn({ name }: Followed, tell: () => void): void {
    this.standing.delete(name);
    tell();
  }

  /** What was handed over behind the fact is refused as well; all of it comes again, from the cursor on. */
  private async tryAgain(partition: OpenPartition<State, Command>, followed: Followed): Promise<void> {
    followed.stop();
    this.following.delete(followed);
    this.reachedOffsets.delete(followed.name);
    do await partition.clock.sleep(STOPPED_PAUSE_MS);
    while (followed.outstanding > 0);
    if (this.partition !== partition) return;
    partition.restart(followed.name);
    this.start(partition, followed.topic, followed.number);
  }
}

const wholeOf = ({ offset }: LogRecord, { eventId }: { eventId: string }): ReactionCursor => ({
  offset,
  ordinal: WHOLE_FACT,
  eventId,
});

const firstOffset = ({ offset, ordinal }: ReactionCursor): number =>
  ordinal === WHOLE_FACT ? offset + 1 : Math.max(offset, 0);
