import type { KafkaLogger, SubscribedPartition } from '#mechanisms/kafka/index';
import { isMissing, isTransient } from '../database/postgres-errors.ts';
import { BadEvent, isRetriable, messageOf, UnreadableEvent } from '../errors.ts';
import type { ProjectionVersion } from '../projection.ts';
import type { PartitionStatus } from './status.ts';

type Trouble = Pick<PartitionStatus, 'state' | 'error'>;
interface At {
  readonly topic: string;
  readonly partition: number;
}

/** Remembers and logs what keeps the partitions of a projection from going on. */
export class Troubles {
  readonly #projection: ProjectionVersion;
  readonly #logger: KafkaLogger;
  readonly #troubles = new Map<string, Trouble>();

  constructor(projection: ProjectionVersion, logger: KafkaLogger) {
    this.#projection = projection;
    this.#logger = logger;
  }

  /** A partition that stands still because of an event, or of a fault in this program, is told every time; an outage once. */
  report(batch: At & { readonly fromOffset: number }, error: unknown): void {
    const reason = messageOf(error);
    const at = error instanceof BadEvent || error instanceof UnreadableEvent ? error.at : { offset: batch.fromOffset };
    const isOutage = isTransient(error) || isMissing(error) || isRetriable(error);
    const known = this.#troubles.get(keyOf(batch))?.error === reason;
    this.#troubles.set(keyOf(batch), { state: isOutage ? 'waiting' : 'stopped', error: reason });
    const fields = { ...at, reason, err: error };
    if (!isOutage) this.#log('error', batch, fields, 'is stopped; nothing from this offset on is projected');
    else if (!known) this.#log('warn', batch, fields, 'waits and tries again');
  }

  /** The partition goes on. */
  clear(batch: At): void {
    if (this.#troubles.delete(keyOf(batch))) this.#log('info', batch, {}, 'goes on');
  }

  stateOf({ topic, partition, state, error }: SubscribedPartition): Trouble {
    const reason = messageOf(error);
    const retrying: Trouble = state === 'retrying' ? { state: 'waiting', error: reason } : { state: 'running' };
    return this.#troubles.get(keyOf({ topic, partition })) ?? retrying;
  }

  noteGroupOffset(groupId: string, difference: At & { readonly groupOffset: number; readonly position: number }): void {
    const { schema } = this.#projection;
    this.#logger.warn(
      { groupId, ...difference },
      `the group offset is not where projection ${schema} stands, and is set to it: moving it moves no projection; ` +
        `to read the topics again, rebuild it (factstream projections rebuild ${this.#projection.name})`,
    );
  }

  #log(level: 'info' | 'warn' | 'error', { topic, partition }: At, fields: object, what: string): void {
    const { schema } = this.#projection;
    const line = { projection: schema, topic, partition, ...fields };
    this.#logger[level](line, `projection ${schema} of ${topic}-${partition} ${what}`);
  }
}

const keyOf = ({ topic, partition }: At): string => `${topic}-${partition}`;
