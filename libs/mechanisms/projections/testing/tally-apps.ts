import { randomUUID } from 'node:crypto';
import { Global, Module } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { Client } from 'pg';
import { v7 } from 'uuid';
import { KafkaConnection, Topics, TransactionalWriter } from '#mechanisms/kafka/index';
import type { LogRecord } from '#mechanisms/kafka/index';
import { SchemaTopic } from '#mechanisms/schemas/index';
import { waitFor } from '#mechanisms/testing/wait-for';
import { ProjectionReads, ProjectionServer, ProjectionsModule } from '../index.ts';
import type { ProjectionSql } from '../index.ts';
import { freshDatabase } from './fresh-database.ts';
import { tallyCatalogue, tallyProjection } from './tally.projection.ts';

interface Line {
  readonly level: string;
  readonly fields: object;
  readonly message: string;
}

export const rowsOf = async (sql: ProjectionSql): Promise<unknown[]> =>
  (await sql.query(`SELECT count, notes FROM ${sql.schema}.tallies ORDER BY tally_id`)).rows as unknown[];

/** Applications that project tallies from real topics into a database of their own. */
export class TallyApps {
  /** What they log. */
  readonly lines: Line[] = [];
  readonly url: string;
  readonly kafka: KafkaConnection;
  readonly #writer: Promise<TransactionalWriter>;
  readonly #drop: () => Promise<void>;
  readonly #apps: INestApplication[] = [];
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(brokers: string, url: string, drop: () => Promise<void>) {
    const log = (level: string) => (fields: object, message: string) =>
      void this.lines.push({ level, fields, message });
    const logger = { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
    this.kafka = new KafkaConnection({ brokers: brokers.split(','), clientId: 'projections-test' }, logger);
    this.#writer = TransactionalWriter.open(this.kafka, `projections-test-${randomUUID()}`);
    this.url = url;
    this.#drop = drop;
  }

  static async open(brokers: string, serverUrl: string): Promise<TallyApps> {
    const { url, drop } = await freshDatabase(serverUrl);
    return new TallyApps(brokers, url, drop);
  }

  /** Ends every application, and leaves an empty database. */
  async reset(): Promise<void> {
    for (const app of this.#apps.splice(0)) await app.close();
    await this.onServer('DROP SCHEMA IF EXISTS projections, tallies_v1, tallies_v2, tallies_v3, sums_v1 CASCADE');
  }

  async close(): Promise<void> {
    (await this.#writer).close();
    this.kafka.close();
    await this.#drop();
  }

  async onServer(statement: string): Promise<void> {
    const client = new Client({ connectionString: this.url });
    await client.connect();
    await client.query(statement);
    await client.end();
  }

  /** A fresh topic with two partitions, and what projects it. */
  async topic() {
    const name = `tally-${randomUUID()}`;
    const { topic } = tallyProjection(name).tally.events;
    await new Topics(this.kafka).ensure([{ name: topic, partitions: 2, replicationFactor: 1, config: {} }]);
    return {
      topic,
      write: (partition: number, records: readonly LogRecord[]) => this.#write(topic, partition, records),
      start: (options: StartOptions = {}) => this.#start(name, options),
    };
  }

  #write(topic: string, partition: number, records: readonly LogRecord[]) {
    const written = this.#turn.then(() => this.#writeOne(topic, partition, records));
    this.#turn = written.catch(() => {});
    return written;
  }

  async #writeOne(topic: string, partition: number, records: readonly LogRecord[]) {
    const outgoing = records.map(({ key, value, headers, timestamp }) => ({
      key: String(key),
      value,
      headers: Object.fromEntries(Object.entries(headers).map(([header, content]) => [header, String(content)])),
      timestamp,
    }));
    const committed = await (await this.#writer).commit([{ topic, partition, records: outgoing }]);
    return { topic, partition, offset: committed[0]!.baseOffset + records.length - 1, entityId: v7() };
  }

  async #start(name: string, { url = this.url, isAwaited = true, revision = 1, projection, ...more }: StartOptions) {
    const { tallies, TallyProjection } = tallyProjection(name, revision, projection);
    const module = await Test.createTestingModule({
      imports: [
        kafkaTestModule(this.kafka),
        ProjectionsModule.for({ app: `test-${name}`, postgres: { url }, ...more }),
      ],
      controllers: [TallyProjection],
    }).compile();
    const app = module.createNestApplication(new FastifyAdapter(), { logger: false });
    this.#apps.push(app);
    const server = app.get(ProjectionServer);
    app.connectMicroservice({ strategy: server });
    await app.startAllMicroservices();
    await app.init();
    if (isAwaited) await waitFor(() => server.projections().started, 20_000);
    const reads = app.get(ProjectionReads);
    return {
      app,
      tallies,
      server,
      reads,
      controller: app.get(TallyProjection),
      partitions: () => server.projections().projections[0]?.partitions ?? [],
      rows: (...tokens: Parameters<typeof reads.read>[1]['tokens']) =>
        reads.read([tallies], { tokens, waitMs: 15_000 }, rowsOf),
      stop: async () => {
        this.#apps.splice(this.#apps.indexOf(app), 1);
        await app.close();
      },
    };
  }
}

interface StartOptions {
  readonly url?: string;
  /** Whether to wait until there is a version to answer from. */
  readonly isAwaited?: boolean;
  readonly revision?: number;
  readonly projection?: string;
  readonly mostParked?: number;
}

function kafkaTestModule(kafka: KafkaConnection) {
  @Global()
  @Module({
    providers: [
      { provide: KafkaConnection, useValue: kafka },
      { provide: SchemaTopic, useValue: { catalogue: tallyCatalogue, refresh: () => Promise.resolve() } },
    ],
    exports: [KafkaConnection, SchemaTopic],
  })
  class KafkaTestModule {}
  return KafkaTestModule;
}
