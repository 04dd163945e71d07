import type { ClusterClient } from './cluster-client.ts';
import { requests } from './kafkajs-internals.ts';
import { throwIfFailed } from './protocol-error.ts';

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** The offsets that a group has committed, under `topic-partition`; a partition without one is missing. */
export async function groupOffsets(
  client: ClusterClient,
  groupId: string,
  partitions: readonly TopicPartition[],
): Promise<Map<string, number>> {
  const topics = [...Map.groupBy(partitions, ({ topic }) => topic)].map(([topic, ofTopic]) => ({
    topic,
    partitions: ofTopic.map(({ partition }) => ({ partition })),
  }));
  const request = requests.OffsetFetch.protocol({ version: 4 })({ groupId, topics });
  const { errorCode, responses } = await client.send(await client.coordinatorOf('group', groupId), request);
  throwIfFailed(errorCode, `offsets of the group ${groupId}`);
  const offsets = responses.flatMap(({ topic, partitions: ofTopic }) =>
    ofTopic.map(({ partition, offset }): [string, number] => [`${topic}-${partition}`, Number(offset)]),
  );
  return new Map(offsets.filter(([, offset]) => offset >= 0));
}
