import type { ClusterClient } from '../connection/cluster-client.ts';
import { requests } from '../connection/kafkajs-internals.ts';
import { throwIfFailed } from '../connection/protocol-error.ts';

const READ_UNCOMMITTED = 0;
export const READ_COMMITTED = 1;
export const EARLIEST = -2;
export const LATEST = -1;

/** Asks the leader once for a partition's first offset or for its last stable one. */
export function listOffset(
  client: ClusterClient,
  topic: string,
  partition: number,
  timestamp: typeof EARLIEST | typeof LATEST,
): Promise<number> {
  return ask(client, { topic, partition, timestamp, isolationLevel: READ_COMMITTED });
}

/** Asks the leader once for the end of everything that readers could see, were every transaction decided. */
export function highWatermark(client: ClusterClient, topic: string, partition: number): Promise<number> {
  return ask(client, { topic, partition, timestamp: LATEST, isolationLevel: READ_UNCOMMITTED });
}

async function ask(
  client: ClusterClient,
  {
    topic,
    partition,
    timestamp,
    isolationLevel,
  }: Record<'topic', string> & Record<'partition' | 'timestamp' | 'isolationLevel', number>,
): Promise<number> {
  const leader = await client.leaderOf(topic, partition);
  const request = requests.ListOffsets.protocol({ version: 3 });
  const topics = [{ topic, partitions: [{ partition, timestamp }] }];
  const reply = await client.send(leader, request({ isolationLevel, topics }));
  const found = reply.responses[0]?.partitions[0];
  if (found === undefined) throw new Error(`The broker's reply does not mention ${topic}-${partition}.`);
  throwIfFailed(found.errorCode, `offsets of ${topic}-${partition}`);
  return Number(found.offset);
}
