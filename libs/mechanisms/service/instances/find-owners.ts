import { groupShares } from '#mechanisms/kafka/index';
import type { KafkaConnection } from '#mechanisms/kafka/index';
import { directoryIn } from './owner-group.ts';
import type { Instance } from './owner-group.ts';

/**
 * The instances of a command app as one finds them who is none of them, in a function of the partition: undefined for one
 * that nobody takes commands for. Their tokens are told by the broker, to whoever may describe the group.
 */
export async function findOwners(
  kafka: KafkaConnection,
  groupId: string,
): Promise<(partition: number) => Instance | undefined> {
  const [share] = await groupShares(kafka, groupId);
  const { instances, routes } = share ? directoryIn(share) : { instances: [], routes: [] };
  return (partition) => instances[routes[partition] ?? -1];
}
