import { setTimeout as sleep } from 'node:timers/promises';
import { isOffsetOutOfRange, isTransient } from '../connection/protocol-error.ts';
import { KafkaUnavailable, TopicMismatch } from '../errors.ts';
import type { LogRecord } from '../types.ts';
import type { Fetched } from './fetch.ts';
import type { FetchTarget } from './fetch-loop.ts';

const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 500;

/** What one fetch of a followed partition brought, and the offset that the next one starts at. */
export interface FollowedChunk {
  readonly records: readonly LogRecord[];
  readonly nextOffset: number;
}

/** A partition that somebody follows: it is fetched while its next chunk is asked for, and keeps nothing in stock. */
export class FollowedPartition implements FetchTarget {
  readonly topic: string;
  readonly partition: number;
  isStarved = false;
  readonly #deadlineMs: number;
  readonly #wake: () => void;
  #position: number;
  #asked: PromiseWithResolvers<FollowedChunk> | undefined;
  #handled: (() => void) | undefined;
  #pauseMs = FIRST_PAUSE_MS;
  #isPausing = false;
  #unansweredSince = 0;

  constructor(
    { topic, partition, from }: { topic: string; partition: number; from: number },
    deadlineMs: number,
    wake: () => void,
  ) {
    this.topic = topic;
    this.partition = partition;
    this.#position = from;
    this.#deadlineMs = deadlineMs;
    this.#wake = wake;
  }

  get fetchPosition(): number {
    return this.#position;
  }

  get isReady(): boolean {
    return this.#asked !== undefined && !this.#isPausing;
  }

  /** The next chunk. Throws as `PartitionReader.follow` does. */
  next(): Promise<FollowedChunk> {
    this.#asked = Promise.withResolvers<FollowedChunk>();
    this.#unansweredSince = performance.now();
    this.#handled?.();
    this.#wake();
    return this.#asked.promise;
  }

  /** Nothing more is asked for. */
  leave(): void {
    this.#asked = undefined;
    this.#handled?.();
  }

  /** Resolves when the next chunk is asked for. */
  deliver({ records, nextOffset, isStarved, error }: Fetched): Promise<void> {
    this.isStarved = isStarved;
    if (error !== undefined) return this.refuse(error);
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#position = nextOffset;
    this.#asked?.resolve({ records, nextOffset });
    this.#asked = undefined;
    return new Promise((resolve) => (this.#handled = resolve));
  }

  async refuse(error: unknown): Promise<void> {
    const failure = this.#failureOf(error);
    if (failure !== undefined) {
      this.#asked?.reject(failure);
      this.#asked = undefined;
      return;
    }
    this.#isPausing = true;
    await sleep(this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
    this.#isPausing = false;
    this.#wake();
  }

  /** What the caller is told; undefined when it can be tried again. */
  #failureOf(error: unknown): unknown {
    const name = `${this.topic}-${this.partition}`;
    if (isOffsetOutOfRange(error)) {
      const message = `${name} has no offset ${this.#position}: it was truncated, or the topic was made anew.`;
      return new TopicMismatch(message, { cause: error });
    }
    if (!isTransient(error)) return error;
    if (performance.now() - this.#unansweredSince < this.#deadlineMs) return undefined;
    const reason = error instanceof Error ? error.message : String(error);
    return new KafkaUnavailable(`Could not read ${name} at offset ${this.#position}: ${reason}`, { cause: error });
  }
}
