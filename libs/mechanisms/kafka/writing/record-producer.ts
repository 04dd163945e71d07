import type { ClusterClient } from '../connection/cluster-client.ts';
import { Deadline } from '../connection/deadline.ts';
import type { KafkaConnection } from '../connection/kafka-connection.ts';
import { requests } from '../connection/kafkajs-internals.ts';
import { isTransient } from '../connection/protocol-error.ts';
import { appendedBatches } from './produce-request.ts';

const ALL_IN_SYNC_REPLICAS = -1;
const VERSION = 7;

/** A record that belongs to no transaction; unlike those of the event store it may have any key, or none. */
export interface PlainRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly timestamp: number;
}

/**
 * Appends records outside of any transaction: each at least once. What is retried after a lost reply may be there twice,
 * and behind records that were sent later.
 */
export class RecordProducer {
  readonly #kafka: KafkaConnection;
  readonly #deadlineMs: number;
  #client: ClusterClient | undefined;

  /** `deadlineMs`: how long one call may take with its retries (10 s). */
  constructor(kafka: KafkaConnection, { deadlineMs = 10_000 }: { deadlineMs?: number } = {}) {
    this.#kafka = kafka;
    this.#deadlineMs = deadlineMs;
  }

  /**
   * Resolves when the records are appended to the partition, in their order, and replicated as the topic demands.
   * Throws `KafkaUnavailable` when that could not be done in time, and what the broker said when it refused them.
   */
  async append(topic: string, partition: number, records: readonly PlainRecord[]): Promise<void> {
    const client = (this.#client ??= this.#kafka.openClient());
    const attempt = async () => {
      try {
        await appendTo(client, topic, partition, records);
      } catch (error) {
        client.forgetLeaders();
        throw error;
      }
    };
    await new Deadline(this.#deadlineMs).retry(`append to ${topic}-${partition}`, attempt, isTransient);
  }

  /** Cuts its connections; what is under way fails. */
  close(): void {
    if (this.#client) this.#kafka.closeClient(this.#client);
    this.#client = undefined;
  }
}

async function appendTo(
  client: ClusterClient,
  topic: string,
  partition: number,
  messages: readonly PlainRecord[],
): Promise<void> {
  const request = requests.Produce.protocol({ version: VERSION })({
    acks: ALL_IN_SYNC_REPLICAS,
    timeout: 5_000,
    topicData: [{ topic, partitions: [{ partition, messages }] }],
  });
  const leader = await client.leaderOf(topic, partition);
  appendedBatches([{ topic, partition }], await client.send(leader, request));
}
