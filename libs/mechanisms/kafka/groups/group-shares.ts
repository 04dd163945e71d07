import type { ClusterClient } from '../connection/cluster-client.ts';
import { Deadline } from '../connection/deadline.ts';
import type { KafkaConnection } from '../connection/kafka-connection.ts';
import { MemberAssignment, requests } from '../connection/kafkajs-internals.ts';
import { isTransient, throwIfFailed } from '../connection/protocol-error.ts';
import type { Share } from './group-coordinator.ts';

/**
 * What the members of a group were given last, as its coordinator tells anybody; none when there is no such group, or while
 * its members join. Throws `KafkaUnavailable` after `deadlineMs` (10 s).
 */
export async function groupShares(kafka: KafkaConnection, groupId: string, deadlineMs = 10_000): Promise<Share[]> {
  const client = kafka.openClient();
  try {
    const what = `describe the group ${groupId}`;
    return await new Deadline(deadlineMs).retry(what, () => sharesOf(client, groupId), isTransient);
  } finally {
    kafka.closeClient(client);
  }
}

async function sharesOf(client: ClusterClient, groupId: string): Promise<Share[]> {
  const request = requests.DescribeGroups.protocol({ version: 2 })({ groupIds: [groupId] });
  const { groups } = await client.send(await client.coordinatorOf('group', groupId), request);
  const [group] = groups;
  throwIfFailed(group!.errorCode, `the group ${groupId}`);
  return group!.members.flatMap(({ memberAssignment }) => {
    const share = memberAssignment.length > 0 ? MemberAssignment.decode(memberAssignment) : null;
    return share?.userData ? [{ partitions: share.assignment, userData: share.userData }] : [];
  });
}
