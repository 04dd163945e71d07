import { setTimeout as sleep } from 'node:timers/promises';
import { PositionLost } from '../errors.ts';
import type { LogRecord } from '../types.ts';
import type { Fetched } from './fetch.ts';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
const LONGEST_PAUSE_OF_RETRIABLE_MS = 1_000;

/** A run of one partition: everything from `fromOffset` up to, but not including, `nextOffset`. */
export interface Batch {
  readonly topic: string;
  readonly partition: number;
  /** Committed data records in order. None, if there are only control or aborted records or gaps in the run. */
  readonly records: readonly LogRecord[];
  readonly fromOffset: number;
  readonly nextOffset: number;
  /** The end of the partition when the batch was fetched. */
  readonly highWatermark: number;
}

export interface SubscribedPartition {
  readonly topic: string;
  readonly partition: number;
  /** The next offset to deliver; -1 until `positionOf` answered. */
  readonly position: number;
  readonly highWatermark: number;
  /** Offsets between the position and the end; infinite until both are known. */
  readonly lag: number;
  /** `retrying`: the last attempt to find the position, to fetch or to handle a batch failed, with `error`. */
  readonly state: 'running' | 'retrying';
  readonly error?: unknown;
}

export interface PartitionHandlers {
  positionOf(): Promise<number>;
  onBatch(batch: Batch): Promise<void>;
  /** The partition can be fetched again, or its position moved. */
  onProgress(): void;
}

/** One assignment of one partition. It holds the position, and delivers what continues it; nothing is ever skipped. */
export class AssignedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly #handlers: PartitionHandlers;
  readonly #maxRecords: number;
  readonly #revoked = new AbortController();
  #position = -1;
  /** Ahead of the position by a marker that came alone; see `#isLoneMarker`. */
  #fetchPosition = -1;
  #highWatermark = -1;
  #error: unknown;
  #work: Promise<void> = Promise.resolve();
  #isBusy = true;
  #refusals = 0;
  /** It got nothing although there is more, because others took all room in the fetch. */
  isStarved = false;

  constructor(topic: string, partition: number, maxRecords: number, handlers: PartitionHandlers) {
    this.topic = topic;
    this.partition = partition;
    this.#maxRecords = maxRecords;
    this.#handlers = handlers;
  }

  get position(): number {
    return this.#position;
  }

  /** What to fetch next. */
  get fetchPosition(): number {
    return this.#fetchPosition;
  }

  /** Nothing of it is being located, delivered or waited for. */
  get isReady(): boolean {
    return !this.#isBusy && !this.#revoked.signal.aborted;
  }

  status(): SubscribedPartition {
    const { topic, partition } = this;
    const isKnown = this.#position >= 0 && this.#highWatermark >= 0;
    const lag = isKnown ? Math.max(0, this.#highWatermark - this.#position) : Infinity;
    const numbers = { topic, partition, position: this.#position, highWatermark: this.#highWatermark, lag };
    if (this.#error === undefined) return { ...numbers, state: 'running' };
    return { ...numbers, state: 'retrying', error: this.#error };
  }

  /** Asks for the position after `earlier` is done, until there is an answer. */
  locate(earlier: Promise<void>): Promise<void> {
    return this.#occupied(async () => {
      await earlier;
      await this.#find();
    });
  }

  /** Resolves when the batch was handled, however often that had to be tried, or given up with the assignment. */
  deliver(fetched: Fetched): Promise<void> {
    return this.#occupied(async () => {
      this.#highWatermark = fetched.highWatermark;
      this.isStarved = fetched.isStarved;
      if (fetched.error !== undefined) return this.#refused(fetched.error);
      const isDeferred = this.#isLoneMarker(fetched);
      this.#fetchPosition = fetched.nextOffset;
      for (const batch of isDeferred ? [] : this.#slices(fetched)) {
        if (!(await this.#handle(batch))) return;
        this.#position = batch.nextOffset;
        this.#handlers.onProgress();
      }
      this.#error = undefined;
      this.#refusals = 0;
    });
  }

  /** The fetch itself failed: pause before the next one. */
  refuse(error: unknown): Promise<void> {
    return this.#occupied(() => this.#refused(error));
  }

  /** Resolves when a batch that is being handled is done; there will be no other. */
  revoke(): Promise<void> {
    this.#revoked.abort();
    return this.#work;
  }

  async #refused(error: unknown): Promise<void> {
    this.#error = error;
    await this.#pause(Math.min(FIRST_PAUSE_MS * 2 ** this.#refusals++, longestPauseAfter(error)));
    // The position may be what is wrong: out of range, or moved by its keeper.
    await this.#find();
  }

  /**
   * At the end of a partition a transaction often becomes visible a moment before its marker. To deliver the marker
   * alone would double the batches, so it waits for the next records, or for the next fetch if that brings nothing.
   */
  #isLoneMarker({ records, nextOffset, highWatermark }: Fetched): boolean {
    return records.length === 0 && nextOffset > this.#fetchPosition && nextOffset >= highWatermark;
  }

  *#slices({ records, nextOffset, highWatermark }: Fetched): Generator<Batch> {
    const { topic, partition } = this;
    for (let at = 0; at === 0 || at < records.length; at += this.#maxRecords) {
      const slice = records.slice(at, at + this.#maxRecords);
      const isLast = at + slice.length >= records.length;
      const next = isLast ? nextOffset : slice.at(-1)!.offset + 1;
      const fromOffset = this.#position;
      if (next > fromOffset) yield { topic, partition, records: slice, fromOffset, nextOffset: next, highWatermark };
    }
  }

  /** Whether the batch was handled; if not, the position was asked for again or the assignment is over. */
  async #handle(batch: Batch): Promise<boolean> {
    for (let pauseMs = FIRST_PAUSE_MS; !this.#revoked.signal.aborted; pauseMs *= 2) {
      try {
        await this.#handlers.onBatch(batch);
        this.#error = undefined;
        return true;
      } catch (error) {
        if (error instanceof PositionLost) {
          await this.#find();
          if (this.#position === batch.fromOffset) await this.#pause(pauseMs);
          return false;
        }
        this.#error = error ?? new Error('onBatch failed without an error');
        await this.#pause(Math.min(pauseMs, longestPauseAfter(error)));
      }
    }
    return false;
  }

  async #find(): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; !this.#revoked.signal.aborted; pauseMs *= 2) {
      try {
        this.#position = await this.#handlers.positionOf();
        this.#fetchPosition = this.#position;
        return;
      } catch (error) {
        this.#error = error ?? new Error('positionOf failed without an error');
        await this.#pause(Math.min(pauseMs, longestPauseAfter(error)));
      }
    }
  }

  async #pause(durationMs: number): Promise<void> {
    await sleep(durationMs, undefined, { signal: this.#revoked.signal }).catch(() => {});
  }

  #occupied(work: () => Promise<void>): Promise<void> {
    this.#isBusy = true;
    this.#work = work()
      .catch((error: unknown) => {
        this.#error = error;
      })
      .finally(() => {
        this.#isBusy = false;
        this.#handlers.onProgress();
      });
    return this.#work;
  }
}

const longestPauseAfter = (error: unknown): number =>
  error instanceof Error && 'retriable' in error && error.retriable === true
    ? LONGEST_PAUSE_OF_RETRIABLE_MS
    : LONGEST_PAUSE_MS;
