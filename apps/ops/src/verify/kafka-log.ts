import { Consumer, FetchIsolationLevels, kGetApi, ListOffsetTimestamps } from '@platformatic/kafka';
import type { fetchV17 } from '@platformatic/kafka';
import { promisify } from 'node:util';
import { kafkaClientOptions } from '../kafka-client.ts';
import type { OpsConfig } from '../ops.config.ts';
import { committedBatches, lastOffsetOf } from './committed-records.ts';

/** One committed record. */
export interface TopicRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: readonly (readonly [Buffer | null, Buffer | null])[];
}

interface Range {
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  /** The first offset that is not read. */
  readonly to: number;
}

type FetchApi = typeof fetchV17.api;

const isolationLevel = FetchIsolationLevels.READ_COMMITTED;
const BYTES_PER_FETCH = 1024 * 1024;
const WAIT_MS = 500;
const MOST_EMPTY_FETCHES = 10;

/** Reads topics without a consumer group, through another client than the services use. */
export class KafkaLog {
  private readonly client: Consumer;

  constructor(kafka: OpsConfig['kafka']) {
    this.client = new Consumer({ ...kafkaClientOptions(kafka), groupId: kafka.clientId });
  }

  /** Per partition the offset up to which every transaction is decided: what may be read now. */
  ends(topic: string): Promise<number[]> {
    return this.offsets(topic, ListOffsetTimestamps.LATEST);
  }

  starts(topic: string): Promise<number[]> {
    return this.offsets(topic, ListOffsetTimestamps.EARLIEST);
  }

  /** The committed records of the range in offset order, one fetch at a time. `to` must not be beyond the end. */
  async *read({ topic, partition, from, to }: Range): AsyncGenerator<TopicRecord[]> {
    let position = from;
    let emptyFetches = 0;
    while (position < to) {
      const { records, abortedTransactions } = await this.fetch(topic, partition, position);
      const batches = records ?? [];
      const wanted: TopicRecord[] = [];
      for (const batch of committedBatches(batches, abortedTransactions ?? [])) {
        for (const { offsetDelta, key, value, headers } of batch.records) {
          const offset = Number(batch.firstOffset) + offsetDelta;
          if (offset < position || offset >= to) continue;
          wanted.push({ topic, partition, offset, key: key && key.toString(), value, headers });
        }
      }
      yield wanted;
      const last = batches.at(-1);
      if (last) position = Number(lastOffsetOf(last)) + 1;
      emptyFetches = last ? 0 : emptyFetches + 1;
      if (emptyFetches > MOST_EMPTY_FETCHES) throw new Error(`${topic}-${partition} cannot be read at ${position}`);
    }
  }

  async close(): Promise<void> {
    await this.client.close(true);
  }

  private async offsets(topic: string, timestamp: bigint): Promise<number[]> {
    const offsets = await this.client.listOffsets({ topics: [topic], timestamp, isolationLevel });
    return (offsets.get(topic) ?? []).map(Number);
  }

  /** The client's own `fetch` filters aborted transactions, but remembers only one of a producer: this is below it. */
  private async fetch(topic: string, partition: number, offset: number): Promise<fetchV17.FetchResponsePartition> {
    const { topics } = await this.client.metadata({ topics: [topic] });
    const { id, partitions } = topics.get(topic)!;
    const { leader } = partitions[partition]!;
    const connection = (await this.client.connectToBrokers([leader])).get(leader);
    if (!connection) throw new Error(`${topic}-${partition} has no leader`);
    const api = await this.fetchApi();
    const wanted = { partition, fetchOffset: BigInt(offset), partitionMaxBytes: BYTES_PER_FETCH };
    const request = { topicId: api.version > 12 ? id : topic, partitions: [{ ...wanted, ...WITHOUT_EPOCHS }] };
    const answer = await api.async(connection, WAIT_MS, 1, BYTES_PER_FETCH, isolationLevel, 0, -1, [request], [], '');
    return answer.responses[0]!.partitions[0]!;
  }

  /** Of the newest version that both sides speak; all versions have these arguments, up to 12 with topic names as ids. */
  private fetchApi(): Promise<FetchApi> {
    return promisify<FetchApi>((done) => this.client[kGetApi]('Fetch', done as never))();
  }
}

const WITHOUT_EPOCHS = { currentLeaderEpoch: -1, lastFetchedEpoch: -1 };
