import { setTimeout as sleep } from 'node:timers/promises';
import type { KafkaLogger, LogRecord, PartitionReader } from '#mechanisms/kafka/index';

/** Takes one record; the next one is handed over when this resolves. */
export type Take = (record: LogRecord) => Promise<void>;

/** What is needed of a `PartitionReader`. */
export type PartitionSource = Pick<PartitionReader, 'endOffset' | 'read' | 'follow'>;

interface Chunk {
  readonly from: number;
  readonly records: readonly LogRecord[];
  readonly nextOffset: number;
}

const RETRY_MS = 1_000;

/**
 * One partition as it grows, fetched once for all who follow it, and only while somebody does. It keeps its newest chunk
 * alone: who is not done with one when the next arrives reads on by itself until it has caught up, so that a slow
 * follower costs no memory, delays nobody, and misses nothing.
 */
export class TailedPartition {
  readonly #reader: PartitionSource;
  readonly #logger: KafkaLogger;
  readonly #topic: string;
  readonly #partition: number;
  #followers = 0;
  #isRunning = false;
  #newest: Chunk | undefined;
  #failure: unknown;
  #arrival = Promise.withResolvers<void>();

  constructor(reader: PartitionSource, logger: KafkaLogger, topic: string, partition: number) {
    this.#reader = reader;
    this.#logger = logger;
    this.#topic = topic;
    this.#partition = partition;
  }

  /**
   * Hands over every committed record from an offset on, in order and each once, until `signal`; an absence of Kafka is
   * waited for. Throws `TopicMismatch` when the partition does not hold the offset, and what `take` throws.
   */
  async follow(from: number, signal: AbortSignal, take: Take): Promise<void> {
    const wake = () => this.#wake();
    signal.addEventListener('abort', wake);
    this.#followers += 1;
    if (!this.#isRunning) void this.#run();
    try {
      for (let position = from; !signal.aborted;) {
        for await (const { records, nextOffset } of this.#chunksAt(position)) {
          for (const record of records) {
            if (signal.aborted) return;
            if (record.offset < position) continue;
            await take(record);
            position = record.offset + 1;
          }
          position = Math.max(position, nextOffset);
        }
      }
    } finally {
      this.#followers -= 1;
      signal.removeEventListener('abort', wake);
    }
  }

  /** What is there at a position: the newest chunk, or what stands in Kafka before it, or nothing after a while. */
  async *#chunksAt(position: number): AsyncGenerator<Pick<Chunk, 'records' | 'nextOffset'>, void, void> {
    if (this.#failure !== undefined) throw this.#failure;
    const newest = this.#newest;
    if (newest === undefined || position >= newest.nextOffset) await this.#arrival.promise;
    else if (position >= newest.from) yield newest;
    else yield* this.#standing(position, newest.from);
  }

  async *#standing(from: number, to: number): AsyncGenerator<Pick<Chunk, 'records' | 'nextOffset'>, void, void> {
    try {
      for await (const records of this.#reader.read(this.#topic, this.#partition, from, to)) {
        yield { records, nextOffset: records.at(-1)!.offset + 1 };
      }
      yield { records: [], nextOffset: to };
    } catch (error) {
      if (isFinal(error)) throw error;
      await sleep(RETRY_MS);
    }
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    this.#failure = undefined;
    while (this.#followers > 0 && this.#failure === undefined) {
      try {
        await this.#tail();
      } catch (error) {
        const name = `${this.#topic}-${this.#partition}`;
        this.#logger.warn({ topic: this.#topic, partition: this.#partition, err: error }, `cannot follow ${name}`);
        if (isFinal(error)) this.#failure = error;
        else await sleep(RETRY_MS);
      }
      this.#wake();
    }
    this.#isRunning = false;
    this.#newest = undefined;
  }

  async #tail(): Promise<void> {
    const end = this.#newest?.nextOffset ?? (await this.#reader.endOffset(this.#topic, this.#partition));
    let from = end;
    this.#newest ??= { from, records: [], nextOffset: from };
    this.#wake();
    for await (const { records, nextOffset } of this.#reader.follow(this.#topic, this.#partition, from)) {
      if (nextOffset > from) {
        this.#newest = { from, records, nextOffset };
        from = nextOffset;
        this.#wake();
      }
      if (this.#followers === 0) return;
    }
  }

  #wake(): void {
    this.#arrival.resolve();
    this.#arrival = Promise.withResolvers<void>();
  }
}

/** The topic was truncated or made anew. */
const isFinal = (error: unknown): boolean => (error as { name?: unknown } | null)?.name === 'TopicMismatch';
