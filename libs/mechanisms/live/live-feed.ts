import type { LogRecord } from '#mechanisms/kafka/index';
import type { EventTexts } from './event-texts.ts';
import { toPosition } from './position-vector.ts';
import type { TailedPartition } from './tailed-partition.ts';

/** An event as it is sent. */
export interface LiveEvent {
  /** Opaque; a feed that is opened `after` it goes on with the next event, of whatever partition. */
  readonly id: string;
  /** JSON, as in the entity's history. */
  readonly data: string;
}

export interface FeedParts {
  /** Of every partition, followed or not. */
  readonly nextOffsets: readonly number[];
  readonly followed: ReadonlyMap<number, TailedPartition>;
  readonly concerns: (record: LogRecord) => boolean;
  readonly texts: EventTexts;
}

/** The events of some entities from a position on; those of one entity in order, those of several as they come. */
export class LiveFeed {
  readonly #parts: FeedParts;
  readonly #nextOffsets: number[];

  constructor(parts: FeedParts) {
    this.#parts = parts;
    this.#nextOffsets = [...parts.nextOffsets];
  }

  /** The id of the last event sent, or a later one: everything before it has been sent. */
  get position(): string {
    return toPosition(this.#nextOffsets);
  }

  /**
   * Sends until `signal`. The next event of a partition is sent when `send` resolves; `send` must take an event at once
   * when it is called. Throws `TopicMismatch` when the topic was truncated or made anew, and what `send` throws.
   */
  async run(send: (event: LiveEvent) => Promise<void>, signal: AbortSignal): Promise<void> {
    const { followed, concerns, texts } = this.#parts;
    const failed = new AbortController();
    const until = AbortSignal.any([signal, failed.signal]);
    const follow = async ([number, partition]: [number, TailedPartition]): Promise<void> => {
      await partition.follow(this.#nextOffsets[number]!, until, async (record) => {
        const data = concerns(record) ? await texts.of(record, until) : undefined;
        if (until.aborted) return;
        this.#nextOffsets[number] = record.offset + 1;
        if (data !== undefined) await send({ id: this.position, data });
      });
    };
    try {
      await Promise.all([...followed].map(follow));
    } finally {
      failed.abort();
    }
  }
}
