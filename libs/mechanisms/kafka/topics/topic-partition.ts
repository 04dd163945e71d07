/** One partition of a topic. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** How a partition is called, in messages and as a key: `order-events-2`. */
export const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}-${partition}`;

/** What concerns partitions, as the protocol's requests carry it: for each topic what `of` says of its partitions, in order. */
export function byTopic<P extends TopicPartition, R>(
  partitions: readonly P[],
  of: (partition: P) => R,
): { topic: string; partitions: R[] }[] {
  const grouped = Map.groupBy(partitions, ({ topic }) => topic);
  return [...grouped].map(([topic, ofTopic]) => ({ topic, partitions: ofTopic.map(of) }));
}
