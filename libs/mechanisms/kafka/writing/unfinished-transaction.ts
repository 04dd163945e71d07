import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterClient } from '../connection/cluster-client.ts';
import type { Deadline } from '../connection/deadline.ts';
import { isTransient } from '../connection/protocol-error.ts';
import { fetch } from '../reading/fetch.ts';
import { EARLIEST, highWatermark, LATEST, listOffset } from '../reading/list-offset.ts';
import type { TopicPartition } from '../topics/topic-partition.ts';
import { describeTopics } from '../topics/topic-requests.ts';
import type { Outcome } from './transaction-coordinator.ts';

/** For how long a transaction that has ended may still show as open: its markers are being replicated. */
const MARKERS_TAKE_MS = 2_000;

const STATE_TOPIC = '__transaction_state';

/** The states in the coordinator's log that say how a transaction ended; those in between say nothing. */
const OUTCOMES: Readonly<Record<number, Outcome>> = { 2: 'commit', 3: 'abort', 4: 'commit', 5: 'abort' };

/** Version (2 bytes), producer id (8), epoch (2) and time-out (4) stand before the state, in every version of the record. */
const STATE_AT = 16;

/**
 * The partitions in which a transaction is open, of those that no other transactional id writes to. There should be none
 * once the id's last transaction has ended. But a coordinator that starts again after a crash looks for the partitions'
 * leaders before it knows them, takes the partitions for deleted, and calls the transaction complete without having written
 * its markers (TransactionMarkerChannelManager of Kafka 4.3: "these partitions are likely deleted already and hence can be
 * skipped"). Readers then stand still there, and the producer's next marker, commit or abort, decides what was decided before.
 */
export async function unfinishedIn(
  client: ClusterClient,
  partitions: readonly TopicPartition[],
  deadline: Deadline,
): Promise<TopicPartition[]> {
  const patience = performance.now() + MARKERS_TAKE_MS;
  for (let pauseMs = 5; ; pauseMs = Math.min(pauseMs * 2, 200)) {
    const open = await deadline.retry('compare offsets', () => openIn(client, partitions), isTransient);
    if (open.length === 0 || performance.now() > patience) return open;
    await sleep(pauseMs);
  }
}

async function openIn(client: ClusterClient, partitions: readonly TopicPartition[]): Promise<TopicPartition[]> {
  const open: TopicPartition[] = [];
  for (const { topic, partition } of partitions) {
    const end = await highWatermark(client, topic, partition);
    if ((await listOffset(client, topic, partition, LATEST)) < end) open.push({ topic, partition });
  }
  return open;
}

/** How the id's last transaction ended, as its coordinator has logged it; undefined when the log does not tell any more. */
export async function lastOutcome(client: ClusterClient, transactionalId: string): Promise<Outcome | undefined> {
  const count = (await describeTopics(client, [STATE_TOPIC])).get(STATE_TOPIC)?.length ?? 0;
  if (count === 0) return undefined;
  const partition = javaHash(transactionalId) % count;
  const leader = await client.leaderOf(STATE_TOPIC, partition);
  const limits = { maxWaitMs: 100, maxBytes: 16 * 1024 * 1024, maxBytesPerPartition: 16 * 1024 * 1024 };
  const end = await listOffset(client, STATE_TOPIC, partition, LATEST);
  let outcome: Outcome | undefined;
  for (let offset = await listOffset(client, STATE_TOPIC, partition, EARLIEST); offset < end;) {
    const [fetched] = await fetch(client, leader, [{ topic: STATE_TOPIC, partition, offset }], limits);
    if (fetched?.error !== undefined) throw fetched.error;
    for (const { key, value } of fetched!.records) {
      // The key is its version and the id as a string: two bytes, and two for the length.
      if (key?.subarray(4).toString() === transactionalId && value) outcome = OUTCOMES[value[STATE_AT]!] ?? outcome;
    }
    offset = fetched!.nextOffset;
  }
  return outcome;
}

/** String.hashCode of Java, made positive as the coordinator does it; its own partitioner has no other. */
function javaHash(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
  return hash === -(2 ** 31) ? 0 : Math.abs(hash);
}
