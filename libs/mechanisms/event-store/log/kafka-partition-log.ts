import { PartitionReader, TransactionalWriter } from '#mechanisms/kafka/index';
import type { KafkaConnection } from '#mechanisms/kafka/index';
import type { Entity } from '#mechanisms/schemas/index';
import type { PartitionLog, PartitionWriter, TopicRecords } from './partition-log.ts';

/** Every partition that is read at once holds two fetches; larger ones make reading hardly faster. */
const FETCH_BYTES = 1024 * 1024;

/** The partition log on Kafka; the transactional id `<entity>-<partition>` is the lock. */
export class KafkaPartitionLog implements PartitionLog {
  readonly partition: number;
  private readonly kafka: KafkaConnection;
  private readonly transactionalId: string;
  private readonly topics: readonly string[];
  private readonly reader: PartitionReader;

  constructor(kafka: KafkaConnection, { name, events, latest, control }: Entity, partition: number) {
    this.kafka = kafka;
    this.partition = partition;
    this.transactionalId = `${name}-${partition}`;
    this.topics = [events.topic, latest.topic, control.topic];
    this.reader = new PartitionReader(kafka, { maxBytes: FETCH_BYTES });
  }

  async open(): Promise<PartitionWriter> {
    const { partition } = this;
    const owns = this.topics.map((topic) => ({ topic, partition }));
    const writer = await TransactionalWriter.open(this.kafka, this.transactionalId, { owns });
    return {
      commit: (batch: readonly TopicRecords[]) => writer.commit(batch.map((part) => ({ partition, ...part }))),
      close: async () => writer.close(),
    };
  }

  startOffset(topic: string) {
    return this.reader.startOffset(topic, this.partition);
  }

  endOffset(topic: string) {
    return this.reader.endOffset(topic, this.partition);
  }

  read(topic: string, from: number, to: number) {
    return this.reader.read(topic, this.partition, from, to);
  }
}
