import { PartitionReader } from '#mechanisms/kafka/index';
import type { KafkaConnection } from '#mechanisms/kafka/index';
import type { SourceLog } from '#mechanisms/event-store/index';
import type { Reaction } from './reaction.ts';

/** The source topics of the reactions, on Kafka; all have the same number of partitions. */
export function kafkaSources<Command>(
  kafka: KafkaConnection,
  reactions: readonly Reaction<Command>[],
  partitions: number,
): SourceLog {
  const reader = new PartitionReader(kafka);
  return {
    topics: [...new Set(reactions.map(({ source }) => source.events.topic))],
    partitions,
    endOffset: (topic, partition) => reader.endOffset(topic, partition),
    read: (topic, partition, from, to) => reader.read(topic, partition, from, to),
    follow: (topic, partition, from) => reader.follow(topic, partition, from),
  };
}
