import type { LogRecord } from '#mechanisms/kafka/index';
import type { Clock, SourceLog } from '#mechanisms/event-store/index';

/** Somebody who follows a source partition; each from its own offset. */
export interface Follower {
  /** The offset of the first record that it wants. */
  readonly from: number;
  /** Takes one record; the next one is handed over when this resolves. */
  take(record: LogRecord, commands: unknown): Promise<void>;
  /** Everything before `offset` was handed over. */
  reached(offset: number): void;
}

const RETRY_MS = 1_000;

/**
 * Reads one partition of a foreign topic once for all that follow it. A follower that starts further back makes it read
 * from there again; the others get only what is new to them. It reads while it has followers and survives any absence of
 * Kafka.
 */
export class SourcePartition {
  /** With the offset of the next record that each wants. */
  private readonly followers = new Map<Follower, number>();
  /** They join when the current chunk is done: in the middle of it they would get later records before earlier ones. */
  private readonly joining = new Set<Follower>();
  private readonly log: SourceLog;
  private readonly clock: Clock;
  private readonly topic: string;
  private readonly partition: number;
  /** Worked out once a record, for all followers. */
  private readonly interpret: (record: LogRecord) => Promise<unknown>;
  private readonly onTrouble: (error: unknown) => void;
  private running = false;

  constructor(
    source: { log: SourceLog; clock: Clock; topic: string; partition: number },
    interpret: (record: LogRecord) => Promise<unknown>,
    onTrouble: (error: unknown) => void,
  ) {
    this.log = source.log;
    this.clock = source.clock;
    this.topic = source.topic;
    this.partition = source.partition;
    this.interpret = interpret;
    this.onTrouble = onTrouble;
  }

  follow(follower: Follower): void {
    this.joining.add(follower);
    if (!this.running) void this.run();
  }

  unfollow(follower: Follower): void {
    this.followers.delete(follower);
    this.joining.delete(follower);
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.followers.size + this.joining.size > 0) {
      try {
        await this.readOn();
      } catch (error) {
        this.onTrouble(error);
        await this.clock.sleep(RETRY_MS);
      }
    }
    this.running = false;
  }

  private async readOn(): Promise<void> {
    for (const follower of this.joining) this.followers.set(follower, follower.from);
    this.joining.clear();
    const from = Math.min(...this.followers.values());
    for await (const { records, nextOffset } of this.log.follow(this.topic, this.partition, from)) {
      for (const record of records) await this.handOver(record);
      for (const follower of this.followers.keys()) this.moved(follower, nextOffset);
      if (this.joining.size > 0 || this.followers.size === 0) return;
    }
  }

  private async handOver(record: LogRecord): Promise<void> {
    const commands = await this.interpret(record);
    for (const [follower, next] of this.followers) {
      if (record.offset < next) continue;
      await follower.take(record, commands);
      if (this.followers.has(follower)) this.followers.set(follower, record.offset + 1);
    }
  }

  private moved(follower: Follower, nextOffset: number): void {
    this.followers.set(follower, Math.max(this.followers.get(follower)!, nextOffset));
    follower.reached(nextOffset);
  }
}
