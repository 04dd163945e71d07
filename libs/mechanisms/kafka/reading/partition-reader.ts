import type { ClusterClient } from '../connection/cluster-client.ts';
import { Deadline } from '../connection/deadline.ts';
import type { KafkaConnection } from '../connection/kafka-connection.ts';
import { isOffsetOutOfRange, isTransient } from '../connection/protocol-error.ts';
import { TopicMismatch } from '../errors.ts';
import type { LogRecord } from '../types.ts';
import { fetch } from './fetch.ts';
import type { Fetched, FetchLimits } from './fetch.ts';
import type { FollowedChunk } from './followed-partition.ts';
import { Followers } from './followers.ts';
import { EARLIEST, LATEST, listOffset } from './list-offset.ts';

/** Durations are milliseconds, sizes bytes. */
export interface ReaderOptions {
  /** How long to go on trying without any answer (15,000). */
  readonly deadlineMs?: number;
  /** How long a fetch waits at the broker for a first record (250). */
  readonly maxWaitMs?: number;
  /** The most that one fetch brings (8 MB); a read holds two of them. */
  readonly maxBytes?: number;
}

/**
 * Reads single partitions without a consumer group: nothing is joined, committed or remembered. Reads may run at the
 * same time, each over a connection of its own, so a waiting one delays none of the others; those that follow share one.
 *
 * Every method retries changes of leader and lost connections with back-off, and throws `KafkaUnavailable` when there
 * was no answer for `deadlineMs`.
 */
export class PartitionReader {
  readonly #kafka: KafkaConnection;
  readonly #deadlineMs: number;
  readonly #limits: FetchLimits;
  readonly #idle: ClusterClient[] = [];
  readonly #followers: Followers;

  constructor(
    kafka: KafkaConnection,
    { deadlineMs = 15_000, maxWaitMs = 250, maxBytes = 8 * 1024 * 1024 }: ReaderOptions = {},
  ) {
    this.#kafka = kafka;
    this.#deadlineMs = deadlineMs;
    this.#limits = { maxWaitMs, maxBytes, maxBytesPerPartition: maxBytes };
    this.#followers = new Followers(kafka, this.#limits, deadlineMs);
  }

  /** The first offset that the partition still holds. */
  startOffset(topic: string, partition: number): Promise<number> {
    return this.#withClient((client) => this.#listOffset(client, topic, partition, EARLIEST));
  }

  /** The last stable offset: every record before it is decided, and committed or aborted for good. */
  endOffset(topic: string, partition: number): Promise<number> {
    return this.#withClient((client) => this.#listOffset(client, topic, partition, LATEST));
  }

  /** The `endOffset` of every partition of a topic. */
  async endOffsets(topic: string): Promise<number[]> {
    const count = await this.#withClient((client) =>
      this.#retry(client, `find the partitions of ${topic}`, () => client.partitionCountOf(topic)),
    );
    return Promise.all(Array.from({ length: count }, (_, partition) => this.endOffset(topic, partition)));
  }

  /**
   * The committed data records with an offset in [`from`, `to`), in order, each once; no aborted and no control
   * records. It ends when everything before `to` was seen, whether or not a record is left there: compaction and
   * transaction markers leave gaps. With `to` beyond `endOffset` it waits for what will come. Stop it by leaving the loop.
   *
   * Keys and values are views of the fetched buffer: copy what you keep for long. Throws `TopicMismatch` when the
   * partition does not hold `from` (it was truncated, or the topic made anew); it never goes elsewhere by itself.
   */
  async *read(topic: string, partition: number, from: number, to: number): AsyncGenerator<LogRecord[], void, void> {
    if (from >= to) return;
    const client = this.#idle.pop() ?? this.#kafka.openClient();
    let isFetching = true;
    try {
      let fetching = this.#fetch(client, topic, partition, from);
      while (isFetching) {
        const { records, nextOffset } = await fetching;
        isFetching = nextOffset < to;
        if (isFetching) {
          // What is next is under way while the caller works on this.
          fetching = this.#fetch(client, topic, partition, nextOffset);
          fetching.catch(() => {}); // the loop may be left before it is looked at
        }
        const wanted = nextOffset <= to ? records : records.filter(({ offset }) => offset < to);
        if (wanted.length > 0) yield wanted;
      }
    } finally {
      this.#giveBack(client, isFetching);
    }
  }

  /**
   * As `read`, without an end: one chunk for every fetch, also when it brought nothing within `maxWaitMs`, so that the
   * caller sees how far it is (`nextOffset`, past markers and gaps) and can leave the loop at any time.
   */
  async *follow(topic: string, partition: number, from: number): AsyncGenerator<FollowedChunk, void, void> {
    const followed = this.#followers.add(topic, partition, from);
    try {
      for (;;) yield await followed.next();
    } finally {
      this.#followers.remove(followed);
    }
  }

  /** Cuts the connections of reads that are not running. */
  close(): void {
    for (const client of this.#idle.splice(0)) this.#kafka.closeClient(client);
  }

  async #fetch(
    client: ClusterClient,
    topic: string,
    partition: number,
    offset: number,
  ): Promise<Pick<Fetched, 'records' | 'nextOffset'>> {
    const what = `read ${topic}-${partition} at offset ${offset}`;
    const attempt = async () => {
      const leader = await client.leaderOf(topic, partition);
      const [fetched] = await fetch(client, leader, [{ topic, partition, offset }], this.#limits);
      // A throttled broker answers without any partition.
      if (fetched === undefined) return { records: [], nextOffset: offset };
      if (isOffsetOutOfRange(fetched.error)) {
        throw new TopicMismatch(
          `${topic}-${partition} has no offset ${offset}: it was truncated, or the topic was made anew.`,
          { cause: fetched.error },
        );
      }
      if (fetched.error !== undefined) throw fetched.error;
      return fetched;
    };
    return this.#retry(client, what, attempt);
  }

  #listOffset(
    client: ClusterClient,
    topic: string,
    partition: number,
    timestamp: typeof EARLIEST | typeof LATEST,
  ): Promise<number> {
    const what = `find the offsets of ${topic}-${partition}`;
    return this.#retry(client, what, () => listOffset(client, topic, partition, timestamp));
  }

  #retry<T>(client: ClusterClient, what: string, attempt: () => Promise<T>): Promise<T> {
    const forgetful = async () => {
      try {
        return await attempt();
      } catch (error) {
        client.forgetLeaders();
        throw error;
      }
    };
    return new Deadline(this.#deadlineMs).retry(what, forgetful, isTransient);
  }

  async #withClient<T>(use: (client: ClusterClient) => Promise<T>): Promise<T> {
    const client = this.#idle.pop() ?? this.#kafka.openClient();
    let failed = true;
    try {
      const result = await use(client);
      failed = false;
      return result;
    } finally {
      this.#giveBack(client, failed);
    }
  }

  /** While a request may be in flight, as after a failure, those connections are of no use to others. */
  #giveBack(client: ClusterClient, isBusy: boolean): void {
    if (isBusy) this.#kafka.closeClient(client);
    else this.#idle.push(client);
  }
}
