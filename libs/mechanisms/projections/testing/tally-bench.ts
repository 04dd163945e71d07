import type { LogRecord } from '#mechanisms/kafka/index';
import { EventDecoder } from '#mechanisms/schemas/index';
import { applyThrough } from '../apply-through.ts';
import { BatchProjector } from '../batch-projector.ts';
import { findCheckpoint } from '../checkpoints.ts';
import type { Checkpoint, EventCounts } from '../checkpoints.ts';
import { Postgres } from '../postgres.ts';
import { prepareDatabase } from '../prepare-database.ts';
import { ProcessedEvents } from '../processed-events.ts';
import { freshDatabase } from './fresh-database.ts';
import { catalogue } from './tally-records.ts';
import { tallies, tally, TallyProjection } from './tally.projection.ts';

const TOPIC = tally.events.topic;

/** A database of its own with the tally projection, fed batch by batch without Kafka. */
export class TallyBench {
  readonly postgres: Postgres;
  readonly projection = new TallyProjection();
  readonly projector: BatchProjector;
  refreshSchemas: () => Promise<void> = () => Promise.resolve();
  readonly #drop: () => Promise<void>;

  private constructor(url: string, drop: () => Promise<void>) {
    this.postgres = new Postgres({ url, applicationName: 'tally-bench' });
    this.#drop = drop;
    const apply = applyThrough((events, sql) => this.projection.apply(events as never, sql as never) as never);
    this.projector = new BatchProjector({
      projection: tallies,
      sources: new Map([[TOPIC, { decoder: new EventDecoder(tally.events.declarations, catalogue), apply }]]),
      pool: this.postgres.pool,
      processed: new ProcessedEvents(this.postgres.pool),
      refreshSchemas: () => this.refreshSchemas(),
    });
  }

  static async open(serverUrl: string): Promise<TallyBench> {
    const { url, drop } = await freshDatabase(serverUrl);
    const bench = new TallyBench(url, drop);
    await prepareDatabase(bench.postgres, [tallies]);
    return bench;
  }

  async close(): Promise<void> {
    await this.postgres.close();
    await this.#drop();
  }

  /** Begins again with nothing. */
  async reset(): Promise<void> {
    await this.postgres.pool.query(
      'TRUNCATE tallies_v1.tallies, projections.checkpoints, projections.processed_events',
    );
    this.projection.beforeEach = () => undefined;
    this.projection.atEnd = () => undefined;
    await this.checkpoint();
  }

  checkpoint(partition = 0): Promise<Checkpoint> {
    return findCheckpoint(this.postgres.pool, tallies, TOPIC, partition);
  }

  project(records: readonly LogRecord[], fromOffset: number, nextOffset: number): Promise<EventCounts> {
    return this.projector.project({ topic: TOPIC, partition: 0, records, fromOffset, nextOffset });
  }

  async rows(): Promise<unknown[]> {
    return (await this.postgres.pool.query('SELECT * FROM tallies_v1.tallies ORDER BY tally_id')).rows;
  }
}
