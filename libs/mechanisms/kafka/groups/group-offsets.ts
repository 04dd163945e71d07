import type { ClusterClient } from '../connection/cluster-client.ts';
import { requests } from '../connection/kafkajs-internals.ts';
import { throwIfFailed } from '../connection/protocol-error.ts';
import type { TopicPartition } from '../topics/topic-partition.ts';
import { byTopic, nameOf } from '../topics/topic-partition.ts';

/** The offsets that a group has committed, under `topic-partition`; a partition without one is missing. */
export async function groupOffsets(
  client: ClusterClient,
  groupId: string,
  partitions: readonly TopicPartition[],
): Promise<Map<string, number>> {
  const topics = byTopic(partitions, ({ partition }) => ({ partition }));
  const request = requests.OffsetFetch.protocol({ version: 4 })({ groupId, topics });
  const { errorCode, responses } = await client.send(await client.coordinatorOf('group', groupId), request);
  throwIfFailed(errorCode, `offsets of the group ${groupId}`);
  const offsets = responses.flatMap(({ topic, partitions: ofTopic }) =>
    ofTopic.map(({ partition, offset }): [string, number] => [nameOf({ topic, partition }), Number(offset)]),
  );
  return new Map(offsets.filter(([, offset]) => offset >= 0));
}
