import { DataSource } from 'typeorm';
import type { DataSourceOptions } from 'typeorm';
import type { DeadLetterRecord } from '#mechanisms/dead-letters/index';
import type { LogRecord } from '#mechanisms/kafka/index';
import type { Entity } from '#mechanisms/schemas/entity';
import type { SchemaCatalogue } from '#mechanisms/schemas/index';
import { applyThrough } from '../batches/apply-through.ts';
import { BatchProjector } from '../batches/batch-projector.ts';
import type { ProjectorParts } from '../batches/batch-projector.ts';
import { findCheckpoint } from '../batches/checkpoints.ts';
import type { Checkpoint, EventCounts } from '../batches/checkpoints.ts';
import { ProcessedEvents } from '../batches/processed-events.ts';
import { sourceOf } from '../batches/source.ts';
import { Postgres } from '../database/postgres.ts';
import { ProjectionDeadLetters } from '../parking/projection-dead-letters.ts';
import { toLetterRecord } from '../parking/stored-letters.ts';
import type { StoredLetter } from '../parking/stored-letters.ts';
import type { EventsHandler } from '../project-events.decorator.ts';
import { versionOf } from '../projection.ts';
import type { Projection, ProjectionVersion } from '../projection.ts';
import { prepareDatabase } from '../versions/prepare-database.ts';
import { freshDatabase } from './fresh-database.ts';

export interface Subject {
  readonly projection: Projection;
  readonly entity: Entity;
  readonly catalogue: SchemaCatalogue;
  /** The decorated method. */
  readonly handler: EventsHandler<never>;
  /** 0 unless it is given: a bad event is refused. */
  readonly mostParked?: number;
  readonly onParked?: ProjectorParts['onParked'];
}

/** One projection with a database of its own, fed batch by batch without Kafka. */
export class ProjectionBench {
  readonly postgres: Postgres;
  readonly projector: BatchProjector;
  readonly deadLetters: ProjectionDeadLetters;
  refreshSchemas: () => Promise<void> = () => Promise.resolve();
  readonly #subject: Subject;
  readonly #version: ProjectionVersion;
  readonly #drop: () => Promise<void>;

  private constructor(subject: Subject, url: string, drop: () => Promise<void>) {
    this.postgres = new Postgres({ url, applicationName: 'projection-bench' });
    this.#subject = subject;
    this.#version = versionOf(subject.projection, 1);
    this.#drop = drop;
    const { entity, catalogue, handler, mostParked = 0, onParked } = subject;
    const parts = {
      projection: this.#version,
      sources: new Map([[entity.events.topic, sourceOf(entity, catalogue, applyThrough(handler as never))]]),
      pool: this.postgres.pool,
      processed: new ProcessedEvents(this.postgres.pool),
      refreshSchemas: () => this.refreshSchemas(),
      mostParked,
      ...(onParked && { onParked }),
    };
    this.projector = new BatchProjector(parts);
    this.deadLetters = new ProjectionDeadLetters(this.postgres.pool, () => Promise.resolve(parts));
  }

  static async open(serverUrl: string, subject: Subject): Promise<ProjectionBench> {
    const { url, drop } = await freshDatabase(serverUrl);
    const bench = new ProjectionBench(subject, url, drop);
    await prepareDatabase(bench.postgres, [subject.projection]);
    await bench.checkpoint();
    return bench;
  }

  async close(): Promise<void> {
    await this.postgres.close();
    await this.#drop();
  }

  /** Begins again with nothing, as after the loss of the database. */
  async reset(): Promise<void> {
    await this.postgres.pool.query('DROP SCHEMA projections CASCADE');
    await this.postgres.pool.query(`DROP SCHEMA ${this.#version.schema} CASCADE`);
    await prepareDatabase(this.postgres, [this.#subject.projection]);
    await this.checkpoint();
  }

  checkpoint(partition = 0): Promise<Checkpoint> {
    const { entity } = this.#subject;
    return findCheckpoint(this.postgres.pool, this.#version, entity.events.topic, partition);
  }

  project(records: readonly LogRecord[], fromOffset: number, nextOffset: number): Promise<EventCounts> {
    const { topic } = this.#subject.entity.events;
    return this.projector.project({ topic, partition: 0, records, fromOffset, nextOffset });
  }

  async parked(): Promise<DeadLetterRecord[]> {
    const { rows } = await this.postgres.pool.query<StoredLetter>(
      'SELECT * FROM projections.parked_events ORDER BY topic, partition, record_offset',
    );
    return rows.map(toLetterRecord);
  }

  /** The statements that would make the tables of the migrations what TypeORM's entities say. */
  async differencesFrom(entities: DataSourceOptions['entities']): Promise<string[]> {
    const { url } = this.postgres.settings;
    const dataSource = new DataSource({
      type: 'postgres',
      url,
      schema: this.#version.schema,
      entities: entities ?? [],
    });
    await dataSource.initialize();
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    await dataSource.destroy();
    return upQueries.map(({ query }) => query);
  }

  async rows(table: string, order: string): Promise<unknown[]> {
    const { rows } = await this.postgres.pool.query(`SELECT * FROM ${this.#version.schema}.${table} ORDER BY ${order}`);
    return rows;
  }
}
