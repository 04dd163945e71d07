import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import type { KafkaConnection } from '#mechanisms/kafka/index';
import type { SchemaTopic } from '#mechanisms/schemas/index';
import type { Source } from './batch-projector.ts';
import type { CheckpointWatch } from './checkpoint-watch.ts';
import { messageOf } from './errors.ts';
import type { Postgres } from './postgres.ts';
import { prepareDatabase } from './prepare-database.ts';
import { ProcessedEvents } from './processed-events.ts';
import { ProjectionRunner } from './projection-runner.ts';
import { versionOf } from './projection.ts';
import type { Projection, ProjectionVersion } from './projection.ts';
import type { ProjectionsStatus } from './status.ts';

/** How the projections of one process run. */
export interface HostSettings {
  /** The process's name; consumer groups are named `<app>.<projection's schema>`. */
  readonly app: string;
  /** Topic partitions of a projection that are in work at the same time, 3 by default; each takes a connection. */
  readonly partitionsAtOnce?: number;
  /** How long an event's id is remembered at least, 62 by default; what is older is dropped month by month. */
  readonly keepProcessedEventsDays?: number;
  /** How many bad records of one topic partition may stand parked before a projection stops there, 100 by default. */
  readonly mostParked?: number;
}

export interface HostParts {
  readonly settings: HostSettings;
  readonly kafka: KafkaConnection;
  readonly schemas: SchemaTopic;
  readonly postgres: Postgres;
  readonly dataSource: DataSource;
  readonly watch: CheckpointWatch;
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
const PRUNE_EVERY_MS = 3_600_000;
const KEEP_DAYS = 62;

/**
 * Brings the projections of a process up and keeps them up: prepares the database, starts a runner for each projection,
 * and drops outdated event ids every hour. What fails is tried again until `stop`, with pauses of 100 ms up to 5 s.
 */
export class ProjectionHost {
  readonly #parts: HostParts;
  readonly #processed: ProcessedEvents;
  readonly #stopping = new AbortController();
  readonly #runners: ProjectionRunner[] = [];
  #work: Promise<void> | undefined;
  #started = false;
  #error: string | undefined;

  constructor(parts: HostParts) {
    this.#parts = parts;
    this.#processed = new ProcessedEvents(parts.postgres.pool);
  }

  /** Answers at once. */
  start(projections: ReadonlyMap<Projection, ReadonlyMap<string, Source>>): void {
    this.#work ??= this.#run(projections);
  }

  /** Resolves when no batch is in work any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#work;
    await Promise.all(this.#runners.map((runner) => runner.stop()));
    await this.#parts.watch.close();
  }

  status(): ProjectionsStatus {
    return {
      started: this.#started,
      ...(this.#error !== undefined && { error: this.#error }),
      projections: this.#runners.map((runner) => runner.status()),
    };
  }

  async #run(projections: ReadonlyMap<Projection, ReadonlyMap<string, Source>>): Promise<void> {
    const prepare = () => this.#prepare([...projections.keys()]);
    await this.#persist('prepare the database', prepare);
    if (this.#stopping.signal.aborted) return;
    for (const [projection, sources] of projections) {
      const runner = this.#runnerOf(versionOf(projection, 1), sources, prepare);
      this.#runners.push(runner);
      await runner.start();
    }
    this.#started = true;
    while (!this.#stopping.signal.aborted) {
      await this.#persist('prune processed events', () => this.#prune());
      await this.#pause(PRUNE_EVERY_MS);
    }
  }

  async #prepare(projections: readonly Projection[]): Promise<void> {
    const { postgres, dataSource } = this.#parts;
    await prepareDatabase(postgres, projections);
    if (!dataSource.isInitialized) await dataSource.initialize();
  }

  async #prune(): Promise<void> {
    const days = this.#parts.settings.keepProcessedEventsDays ?? KEEP_DAYS;
    const months = await this.#processed.prune(days);
    if (months.length > 0) this.#parts.kafka.logger.info({ months }, `event ids older than ${days} days are dropped`);
  }

  #runnerOf(
    projection: ProjectionVersion,
    sources: ReadonlyMap<string, Source>,
    prepare: () => Promise<void>,
  ): ProjectionRunner {
    const { settings, kafka, schemas, postgres, watch } = this.#parts;
    const { pool } = postgres;
    return new ProjectionRunner({
      projection,
      sources,
      pool,
      processed: this.#processed,
      refreshSchemas: () => schemas.refresh(),
      ...(settings.mostParked !== undefined && { mostParked: settings.mostParked }),
      prepare,
      kafka,
      watch,
      groupId: `${settings.app}.${projection.schema}`,
      partitionsAtOnce: settings.partitionsAtOnce ?? 3,
    });
  }

  async #persist(what: string, attempt: () => Promise<void>): Promise<void> {
    for (
      let pauseMs = FIRST_PAUSE_MS;
      !this.#stopping.signal.aborted;
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)
    ) {
      try {
        await attempt();
        this.#error = undefined;
        return;
      } catch (error) {
        const reason = messageOf(error);
        if (this.#error !== reason) this.#parts.kafka.logger.error({ err: error }, `could not ${what}: ${reason}`);
        this.#error = reason;
      }
      await this.#pause(pauseMs);
    }
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stopping.signal }).catch(() => {});
  }
}
