import { PositionLost, Subscription } from '#mechanisms/kafka/index';
import type { Batch, KafkaConnection } from '#mechanisms/kafka/index';
import { BatchProjector } from '../batches/batch-projector.ts';
import type { ProjectorParts } from '../batches/batch-projector.ts';
import { countsOf, findCheckpoint } from '../batches/checkpoints.ts';
import type { EventCounts } from '../batches/checkpoints.ts';
import { isMissing, isTransient } from '../database/postgres-errors.ts';
import { Held, messageOf, ReadModelUnavailable } from '../errors.ts';
import { DeadLetterOutbox } from '../parking/dead-letter-outbox.ts';
import { reportParkings } from '../parking/parking-reports.ts';
import type { CheckpointWatch } from '../reading/checkpoint-watch.ts';
import { Pace } from './pace.ts';
import type { LiveWork, Terms } from './pace.ts';
import type { ProjectionStatus } from './status.ts';
import { Troubles } from './troubles.ts';

export interface RunnerParts extends Omit<ProjectorParts, 'onParked'> {
  readonly kafka: KafkaConnection;
  readonly watch: CheckpointWatch;
  readonly live: LiveWork;
  readonly terms: Terms;
  readonly groupId: string;
  readonly partitionsAtOnce: number;
}

/** How long events may gather for one transaction while nobody waits for them. */
const GATHER_MS = 20;
const MAX_RECORDS = 2_000;

/** Parked records may be settled by another process: they are counted again after this long, as long as there are any. */
const RECOUNT_MS = 2_000;

const NOTHING: EventCounts = { consumed: 0, projected: 0, duplicates: 0, parked: 0, discarded: 0 };

/**
 * Reads the topics of one version of a projection and projects them, each partition in order and apart from the others.
 * A partition in trouble tries again with a growing pause, without end, and passes nothing over. What it parks it tells
 * of and publishes on the dead letter topic.
 */
export class ProjectionRunner {
  /** May change while it runs. */
  terms: Terms;
  readonly #parts: RunnerParts;
  readonly #projector: BatchProjector;
  readonly #outbox: DeadLetterOutbox;
  readonly #subscription: Subscription;
  readonly #pace: Pace;
  readonly #troubles: Troubles;
  readonly #hurryNoMore: () => void;
  readonly #counts = new Map<string, EventCounts>();
  #recounting: NodeJS.Timeout | undefined;
  #membershipError: string | undefined = 'joining its consumer group';

  constructor(parts: RunnerParts) {
    const { projection, pool, kafka, watch, live, terms, groupId, partitionsAtOnce } = parts;
    this.#parts = parts;
    this.terms = terms;
    this.#outbox = new DeadLetterOutbox(pool, projection, kafka);
    this.#projector = new BatchProjector({
      ...parts,
      onParked: (topic, partition, parked) => {
        reportParkings(kafka.logger, projection, topic, partition, parked);
        this.#outbox.wake(topic, partition);
      },
    });
    this.#pace = new Pace(live, () => this.terms);
    this.#troubles = new Troubles(projection, kafka.logger);
    this.#subscription = new Subscription(kafka, {
      groupId,
      topics: projection.sources.map(({ events }) => events.topic),
      positionOf: (topic, partition) => this.#positionOf(topic, partition),
      onBatch: (batch) => this.#project(batch),
      onAssigned: () => (this.#membershipError = undefined),
      onFailure: (error) => (this.#membershipError = messageOf(error)),
      onGroupOffsetDiffers: (difference) => this.#troubles.noteGroupOffset(groupId, difference),
      partitionsAtOnce,
      // a quarter of a second's events, so that a slow rate comes in small pieces
      maxRecords: Math.min(MAX_RECORDS, Math.ceil((terms.rate ?? Infinity) / 4)),
      gathering: { durationMs: GATHER_MS, isAwaited: () => watch.isAwaited(projection.name) },
    });
    this.#hurryNoMore = watch.onAwaited(projection.name, () => this.#subscription.hurry());
  }

  start(): Promise<void> {
    return this.#subscription.start();
  }

  /** Resolves when no batch is in work any more. */
  async stop(): Promise<void> {
    this.#hurryNoMore();
    await this.#subscription.stop();
    clearTimeout(this.#recounting);
    await this.#outbox.stop();
  }

  status(): ProjectionStatus {
    const partitions = this.#subscription.status().map((subscribed) => {
      const { topic, partition, position, lag } = subscribed;
      const counts = this.#counts.get(`${topic}-${partition}`) ?? NOTHING;
      return { topic, partition, position, lag, counts, ...this.#troubles.stateOf(subscribed) };
    });
    const error = this.#membershipError;
    return {
      projection: this.#parts.projection.schema,
      isCurrent: this.terms.isCurrent,
      isPaused: false,
      partitions,
      ...(error !== undefined && { error }),
    };
  }

  async #positionOf(topic: string, partition: number): Promise<number> {
    try {
      const { nextOffset, ...counts } = await findCheckpoint(
        this.#parts.pool,
        this.#parts.projection,
        topic,
        partition,
      );
      this.#count(topic, partition, counts);
      this.#outbox.wake(topic, partition);
      return nextOffset;
    } catch (error) {
      throw retriable(error);
    }
  }

  async #project(batch: Batch): Promise<void> {
    try {
      const counts = await this.#pace.run(batch.records.length, () => this.#projector.project(batch));
      this.#count(batch.topic, batch.partition, counts);
    } catch (error) {
      if (error instanceof PositionLost) await this.#projectUpToHold(batch);
      else this.#troubles.report(batch, error);
      // somebody makes the tables again, and this version is read from its beginning
      throw isMissing(error) ? new PositionLost('the tables are gone', { cause: error }) : retriable(error);
    }
    this.#troubles.clear(batch);
  }

  #count(topic: string, partition: number, counts: EventCounts): void {
    this.#counts.set(`${topic}-${partition}`, counts);
    if (counts.parked > 0) this.#recounting ??= setTimeout(() => void this.#recount(), RECOUNT_MS).unref();
  }

  async #recount(): Promise<void> {
    const { pool, projection } = this.#parts;
    try {
      const found = await countsOf(pool, projection);
      for (const [name, known] of this.#counts) {
        const now = found.get(name);
        if (now && now.consumed >= known.consumed) this.#counts.set(name, now);
      }
    } catch {
      // what is away is told elsewhere; the counts stay as they were
    }
    const isParked = [...this.#counts.values()].some(({ parked }) => parked > 0);
    this.#recounting = isParked ? this.#recounting?.refresh() : undefined;
  }

  /** @throws Held when this is why the checkpoint was not moved, and there is nothing before the hold */
  async #projectUpToHold(batch: Batch): Promise<void> {
    const { pool, projection } = this.#parts;
    const { topic, partition, fromOffset, nextOffset, records } = batch;
    const { nextOffset: position, holdAt = Infinity } = await findCheckpoint(pool, projection, topic, partition);
    if (position !== fromOffset || holdAt >= nextOffset) return;
    if (holdAt <= fromOffset) throw new Held(projection.schema, fromOffset);
    const before = records.filter(({ offset }) => offset < holdAt);
    await this.#projector.project({ topic, partition, fromOffset, records: before, nextOffset: holdAt });
  }
}

/** Known to the subscription as worth trying again soon. */
const retriable = (error: unknown): unknown => (isTransient(error) ? new ReadModelUnavailable(error) : error);
