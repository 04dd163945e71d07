import { partitionFor, PartitionReader } from '#mechanisms/kafka/index';
import type { KafkaConnection } from '#mechanisms/kafka/index';
import type { Entity } from '#mechanisms/schemas/entity';
import type { SchemaTopic } from '#mechanisms/schemas/index';
import { EventsUnavailable } from './errors.ts';
import { EventTexts } from './event-texts.ts';
import { LiveFeed } from './live-feed.ts';
import { fromPosition } from './position-vector.ts';
import { TailedPartition } from './tailed-partition.ts';

/** The most that one fetch brings, in bytes: the newest chunk of every partition stays in memory. */
const MAX_BYTES = 1024 * 1024;

/** How long a request may wait for Kafka. */
const DEADLINE_MS = 5_000;

/** Which events, and from where on. */
export interface LiveRequest {
  /** Undefined: those of all entities. */
  readonly entityId: string | undefined;
  /** The id of the last event received; undefined: the feed begins with what is committed from now on. */
  readonly after: string | undefined;
}

/**
 * The events of one kind of entity as they are committed, read from the topic itself. However many follow, each partition
 * is fetched once, and each event is decoded once; while nobody does, nothing is read.
 */
export class LiveEvents {
  readonly #topic: string;
  readonly #reader: PartitionReader;
  readonly #texts: EventTexts;
  readonly #partitionOf: (partition: number) => TailedPartition;

  constructor(entity: Entity, kafka: KafkaConnection, schemas: SchemaTopic) {
    const { topic } = entity.events;
    const reader = new PartitionReader(kafka, { maxBytes: MAX_BYTES, deadlineMs: DEADLINE_MS });
    const partitions = new Map<number, TailedPartition>();
    this.#topic = topic;
    this.#reader = reader;
    this.#texts = new EventTexts(entity, schemas, kafka.logger);
    this.#partitionOf = (partition) => {
      const found = partitions.get(partition) ?? new TailedPartition(reader, kafka.logger, topic, partition);
      partitions.set(partition, found);
      return found;
    };
  }

  /**
   * A feed that stands at the position asked for.
   * @throws InvalidPosition; EventsUnavailable within 5 s
   */
  async open({ entityId, after }: LiveRequest): Promise<LiveFeed> {
    const ends = await this.#ends();
    const followed = entityId === undefined ? [...ends.keys()] : [partitionFor(entityId, ends.length)];
    return new LiveFeed({
      nextOffsets: after === undefined ? ends : fromPosition(after, ends),
      followed: new Map(followed.map((partition) => [partition, this.#partitionOf(partition)])),
      concerns: ({ key }) => entityId === undefined || key?.toString() === entityId,
      texts: this.#texts,
    });
  }

  async #ends(): Promise<number[]> {
    try {
      return await this.#reader.endOffsets(this.#topic);
    } catch (error) {
      throw (error as Error).name === 'KafkaUnavailable' ? new EventsUnavailable(error) : error;
    }
  }
}
