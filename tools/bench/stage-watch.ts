import { PartitionReader } from '#mechanisms/kafka/index';
import type { KafkaConnection } from '#mechanisms/kafka/index';

/** When each event of a type was seen first, by its entity's id, on the clock of `performance.now()`. */
export class StageWatch {
  private readonly seen = new Map<string, Map<string, number>>();
  private readonly following: Promise<void>[];
  private over = false;

  /** Follows the topic from its end on. */
  static async start(kafka: KafkaConnection, topic: string, partitions: number): Promise<StageWatch> {
    const reader = new PartitionReader(kafka);
    const all = Array.from({ length: partitions }, (_, partition) => partition);
    const ends = await Promise.all(all.map((partition) => reader.endOffset(topic, partition)));
    return new StageWatch((watch) => all.map((partition) => watch.follow(reader, topic, partition, ends[partition]!)));
  }

  private constructor(follow: (watch: StageWatch) => Promise<void>[]) {
    this.following = follow(this);
  }

  /** By entity. */
  timesOf(type: string): ReadonlyMap<string, number> {
    return this.seen.get(type) ?? new Map();
  }

  async stop(): Promise<void> {
    this.over = true;
    await Promise.all(this.following);
  }

  private async follow(reader: PartitionReader, topic: string, partition: number, from: number): Promise<void> {
    for await (const { records } of reader.follow(topic, partition, from)) {
      const now = performance.now();
      for (const { key, headers } of records) {
        const type = String(headers['ce_type']).split('.').at(-1)!;
        this.seen.set(type, (this.seen.get(type) ?? new Map<string, number>()).set(String(key), now));
      }
      if (this.over) return;
    }
  }
}
