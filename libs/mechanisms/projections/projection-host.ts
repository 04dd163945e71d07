import { setTimeout as sleep } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { Topics } from '#mechanisms/kafka/index';
import type { KafkaConnection } from '#mechanisms/kafka/index';
import type { SchemaTopic } from '#mechanisms/schemas/index';
import type { ProjectorParts } from './batches/batch-projector.ts';
import { ProcessedEvents } from './batches/processed-events.ts';
import type { Source } from './batches/source.ts';
import { Listener } from './database/listener.ts';
import type { Postgres } from './database/postgres.ts';
import { messageOf } from './errors.ts';
import { schemaOf, versionOf } from './projection.ts';
import type { Projection, ProjectionVersion } from './projection.ts';
import type { CheckpointWatch } from './reading/checkpoint-watch.ts';
import { LiveWork } from './running/pace.ts';
import { ProjectionRunner } from './running/projection-runner.ts';
import { RunningVersions } from './running/running-versions.ts';
import type { WantedVersion } from './running/running-versions.ts';
import type { ProjectionsStatus } from './running/status.ts';
import { FirstFilling } from './versions/first-filling.ts';
import { ownRows, PreparedVersions, reasonUnserved } from './versions/prepared-versions.ts';
import { listVersions, VERSIONS_CHANNEL } from './versions/versions.ts';

/** How the projections of one process run. */
export interface HostSettings {
  /** The process's name; consumer groups are named `<app>.<schema of the version>`. */
  readonly app: string;
  /** Topic partitions of a current version that are in work at the same time, 3 by default; each takes a connection. */
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

type Handled = ReadonlyMap<Projection, ReadonlyMap<string, Source>>;

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
const LOOK_EVERY_MS = 1_000;
const PRUNE_EVERY_MS = 3_600_000;
const KEEP_DAYS = 62;

/**
 * Brings the projections of a process up and keeps them up: prepares the database, runs every version of its revisions
 * that is there and not paused, looks every second, and when told, whether that has changed, and drops outdated event ids
 * every hour. What fails is tried again until `stop`, with pauses of 100 ms up to 5 s; what runs goes on meanwhile.
 */
export class ProjectionHost {
  readonly #parts: HostParts;
  readonly #processed: ProcessedEvents;
  readonly #stopping = new AbortController();
  readonly #live = new LiveWork();
  readonly #running: RunningVersions;
  readonly #listener: Listener;
  readonly #firstFilling: FirstFilling;
  readonly #prepared: PreparedVersions;
  #handled: Handled = new Map();
  #wake = new AbortController();
  #work: Promise<void> | undefined;
  #prunedAt = -Infinity;
  #unserved: string | undefined = 'the database is being prepared';
  #error: string | undefined;

  constructor(parts: HostParts) {
    const { kafka, postgres, dataSource } = parts;
    this.#parts = parts;
    this.#prepared = new PreparedVersions(postgres, dataSource);
    this.#processed = new ProcessedEvents(postgres.pool);
    this.#running = new RunningVersions((version) => this.#runnerOf(version));
    this.#listener = new Listener(postgres, VERSIONS_CHANNEL, () => this.#wake.abort());
    this.#firstFilling = new FirstFilling(postgres.pool, new Topics(kafka, { deadlineMs: 5_000 }));
  }

  /** Answers at once. */
  start(handled: Handled): void {
    this.#handled = handled;
    this.#work ??= this.#run();
  }

  /** Resolves when no batch is in work any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake.abort();
    await this.#work;
    await Promise.all([this.#running.stop(), this.#listener.close(), this.#parts.watch.close()]);
  }

  status(): ProjectionsStatus {
    const error = this.#error ?? this.#unserved;
    return {
      started: this.#unserved === undefined,
      ...(error !== undefined && { error }),
      projections: this.#running.status(),
    };
  }

  /** What a version's parked records are redriven with, whether or not the host runs. Throws when it is not of this program. */
  async redriverOf(
    projection: Projection,
    sources: ReadonlyMap<string, Source>,
    version: number,
  ): Promise<ProjectorParts> {
    const rows = ownRows(await listVersions(this.#parts.postgres.pool), projection);
    const { name, revision } = projection;
    if (rows.some((row) => row.version === version)) return this.#partsOf(versionOf(projection, version), sources);
    throw new Error(
      `${schemaOf(name, version)} is not of revision ${revision}, as this program is: use the program that fills it.`,
    );
  }

  #partsOf(projection: ProjectionVersion, sources: ReadonlyMap<string, Source>): ProjectorParts {
    const { settings, schemas, postgres } = this.#parts;
    return {
      projection,
      sources,
      pool: postgres.pool,
      processed: this.#processed,
      refreshSchemas: () => schemas.refresh(),
      ...(settings.mostParked !== undefined && { mostParked: settings.mostParked }),
    };
  }

  async #run(): Promise<void> {
    this.#listener.start();
    for (let pauseMs = FIRST_PAUSE_MS; !this.#stopping.signal.aborted;) {
      this.#wake = new AbortController();
      try {
        await this.#look();
        this.#error = undefined;
        pauseMs = FIRST_PAUSE_MS;
        await this.#pause(LOOK_EVERY_MS);
      } catch (error) {
        this.#report(error);
        await this.#pause(pauseMs);
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      }
    }
  }

  /** What is there and what runs become the same. */
  async #look(): Promise<void> {
    const projections = [...this.#handled.keys()];
    const rows = await this.#prepared.list(projections);
    const wanted = projections.flatMap((projection) =>
      ownRows(rows, projection).map((row) => ({ version: versionOf(projection, row.version), row })),
    );
    await this.#running.become(wanted);
    const isServed = (projection: Projection) => ownRows(rows, projection).some(({ isCurrent }) => isCurrent);
    const unserved = projections.filter((projection) => !isServed(projection));
    this.#unserved = unserved.length > 0 ? unserved.map((one) => reasonUnserved(one, rows)).join('; ') : undefined;
    await this.#firstFilling.look(wanted.filter(({ version }) => unserved.some(({ name }) => name === version.name)));
    if (performance.now() - this.#prunedAt > PRUNE_EVERY_MS) await this.#prune();
  }

  async #prune(): Promise<void> {
    const days = this.#parts.settings.keepProcessedEventsDays ?? KEEP_DAYS;
    const months = await this.#processed.prune(days);
    this.#prunedAt = performance.now();
    if (months.length > 0) this.#parts.kafka.logger.info({ months }, `event ids older than ${days} days are dropped`);
  }

  #runnerOf({ version, row }: WantedVersion): ProjectionRunner {
    const { settings, kafka, watch } = this.#parts;
    const sources = [...this.#handled].find(([{ name }]) => name === version.name)![1];
    return new ProjectionRunner({
      ...this.#partsOf(version, sources),
      kafka,
      watch,
      live: this.#live,
      terms: row,
      groupId: `${settings.app}.${version.schema}`,
      partitionsAtOnce: settings.partitionsAtOnce ?? 3,
    });
  }

  #report(error: unknown): void {
    const reason = messageOf(error);
    if (this.#error === reason || this.#stopping.signal.aborted) return;
    this.#parts.kafka.logger.error({ err: error }, `could not look after the projections: ${reason}`);
    this.#error = reason;
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#wake.signal }).catch(() => {});
  }
}
