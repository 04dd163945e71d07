import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { deadLetterTopicOf, publishedLetter } from '#mechanisms/dead-letters/index';
import { RecordProducer } from '#mechanisms/kafka/index';
import type { KafkaConnection } from '#mechanisms/kafka/index';
import { placeOf } from '../batches/checkpoints.ts';
import type { ProjectedPartition } from '../batches/checkpoints.ts';
import { messageOf } from '../errors.ts';
import type { ProjectionVersion } from '../projection.ts';
import { toLetterRecord } from './stored-letters.ts';
import type { StoredLetter } from './stored-letters.ts';

const AT_ONCE = 20;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Publishes the parked records of one version of a projection on the dead letter topics, each at least once, from
 * PostgreSQL, and apart from projecting: what cannot be sent is tried again until it can.
 */
export class DeadLetterOutbox {
  readonly #pool: Pool;
  readonly #projection: ProjectionVersion;
  readonly #kafka: KafkaConnection;
  readonly #producer: RecordProducer;
  readonly #waiting = new Map<string, ProjectedPartition>();
  readonly #stopping = new AbortController();
  #work: Promise<void> | undefined;

  constructor(pool: Pool, projection: ProjectionVersion, kafka: KafkaConnection) {
    this.#pool = pool;
    this.#projection = projection;
    this.#kafka = kafka;
    this.#producer = new RecordProducer(kafka);
  }

  /** There may be parked records of the partition that are not published. Answers at once. */
  wake(topic: string, partition: number): void {
    if (this.#stopping.signal.aborted) return;
    this.#waiting.set(`${topic}-${partition}`, { projection: this.#projection, topic, partition });
    this.#work ??= this.#run().finally(() => (this.#work = undefined));
  }

  /** Resolves when nothing is being sent any more; what is not sent is found at the next start. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#producer.close();
    await this.#work;
  }

  async #run(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    while (this.#waiting.size > 0 && !this.#stopping.signal.aborted) {
      const [name, at] = [...this.#waiting][0]!;
      this.#waiting.delete(name);
      try {
        await this.#publish(at);
        pauseMs = FIRST_PAUSE_MS;
      } catch (error) {
        if (this.#stopping.signal.aborted) return;
        this.#waiting.set(name, at);
        const { schema } = this.#projection;
        const fields = { projection: schema, topic: at.topic, partition: at.partition, err: error };
        this.#kafka.logger.warn(fields, `dead letters of ${schema} could not be published: ${messageOf(error)}`);
        await sleep(pauseMs, undefined, { signal: this.#stopping.signal }).catch(() => {});
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      }
    }
  }

  async #publish(at: ProjectedPartition): Promise<void> {
    for (let found = AT_ONCE; found === AT_ONCE;) {
      const { rows } = await this.#pool.query<StoredLetter>(
        `SELECT * FROM projections.parked_events
         WHERE projection = $1 AND version = $2 AND topic = $3 AND partition = $4 AND sent_at IS NULL
         ORDER BY record_offset LIMIT ${AT_ONCE}`,
        placeOf(at),
      );
      for (const row of rows) {
        await this.#producer.append(deadLetterTopicOf(at.topic), at.partition, [publishedLetter(toLetterRecord(row))]);
        await this.#pool.query(
          `UPDATE projections.parked_events SET sent_at = now()
           WHERE projection = $1 AND version = $2 AND topic = $3 AND partition = $4 AND record_offset = $5`,
          [...placeOf(at), row.record_offset],
        );
      }
      found = rows.length;
    }
  }
}
