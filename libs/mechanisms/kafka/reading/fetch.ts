import type { BrokerLink } from '../connection/broker-link.ts';
import type { ClusterClient } from '../connection/cluster-client.ts';
import { requests } from '../connection/kafkajs-internals.ts';
import { throwIfFailed } from '../connection/protocol-error.ts';
import { decodeRecordBatches } from '../records/record-batches.ts';
import type { TopicPartition } from '../topics/topic-partition.ts';
import { byTopic } from '../topics/topic-partition.ts';
import type { LogRecord } from '../types.ts';
import { fetchResponse } from './fetch-response.ts';
import type { FetchedPartition } from './fetch-response.ts';
import { READ_COMMITTED } from './list-offset.ts';

export interface FetchPosition extends TopicPartition {
  readonly offset: number;
}

export interface FetchLimits {
  /** How long the broker waits for a first byte, in milliseconds. */
  readonly maxWaitMs: number;
  readonly maxBytes: number;
  readonly maxBytesPerPartition: number;
}

/** What a fetch found of one partition. `error` is a broker's refusal; then nothing was read. */
export interface Fetched {
  readonly topic: string;
  readonly partition: number;
  readonly error?: unknown;
  /** Committed data records from the position on, in order. */
  readonly records: LogRecord[];
  /** Where to go on: behind everything seen, be it data, control records, aborted records or compacted gaps. */
  readonly nextOffset: number;
  /** Nothing came although the log goes on. Fetch this partition alone: that brings something, or skips a gap. */
  readonly isStarved: boolean;
  readonly highWatermark: number;
}

/** One Fetch request (read_committed) for partitions that this broker leads. A broker's refusal concerns one partition. */
export async function fetch(
  client: ClusterClient,
  leader: BrokerLink,
  positions: readonly FetchPosition[],
  limits: FetchLimits,
): Promise<Fetched[]> {
  const maxBytes = limits.maxBytesPerPartition;
  const topics = byTopic(positions, ({ partition, offset }) => ({ partition, fetchOffset: String(offset), maxBytes }));
  const request = requests.Fetch.protocol({ version: 11 })({
    maxWaitTime: limits.maxWaitMs,
    minBytes: 1,
    maxBytes: limits.maxBytes,
    isolationLevel: READ_COMMITTED,
    topics,
  });
  const { partitions } = await client.send(leader, { ...request, response: fetchResponse });
  return partitions.flatMap((fetched) => {
    const position = positions.find(
      ({ topic, partition }) => topic === fetched.topic && partition === fetched.partition,
    );
    return position === undefined ? [] : [interpret(position, fetched, positions.length === 1)];
  });
}

function interpret({ topic, partition, offset }: FetchPosition, fetched: FetchedPartition, isAlone: boolean): Fetched {
  const { highWatermark, lastStableOffset, abortedTransactions, recordSet } = fetched;
  const nothing = { topic, partition, records: [], nextOffset: offset, isStarved: false, highWatermark };
  try {
    throwIfFailed(fetched.errorCode, `fetch of ${topic}-${partition} at offset ${offset}`);
  } catch (error) {
    return { ...nothing, error };
  }
  const { records, nextOffset, isEmpty } = decodeRecordBatches(recordSet, offset, abortedTransactions);
  if (!isEmpty) return { ...nothing, records, nextOffset };
  // A broker sends at least one whole batch if there is any (KIP-74), but to the first partition of a request only.
  // So if there was one partition, compaction left nothing between the position and the stable end.
  const stableEnd = Math.max(offset, lastStableOffset);
  return isAlone && recordSet.length === 0
    ? { ...nothing, nextOffset: stableEnd }
    : { ...nothing, isStarved: stableEnd > offset };
}
