import { Client, Pool } from 'pg';
import { DataSource } from 'typeorm';
import type { DataSourceOptions } from 'typeorm';

/** How to reach a PostgreSQL database. Durations are milliseconds. */
export interface PostgresSettings {
  readonly url: string;
  /** Shown by `pg_stat_activity`. */
  readonly applicationName: string;
  /** Connections at most, 10 by default; projections and queries share them. */
  readonly poolSize?: number;
  /** For one statement, 30 s by default. */
  readonly statementTimeoutMs?: number;
}

const CONNECT_TIMEOUT_MS = 5_000;
const LOCK_TIMEOUT_MS = 10_000;
const STATEMENT_TIMEOUT_MS = 30_000;

/**
 * The process's pool of connections to one database, shared by `pg` statements and TypeORM.
 * It connects when it is used; connections that die are replaced and end neither the pool nor the process.
 */
export class Postgres {
  readonly pool: Pool;
  readonly settings: PostgresSettings;

  constructor(settings: PostgresSettings) {
    this.settings = settings;
    const statementTimeoutMs = settings.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS;
    this.pool = new Pool({
      connectionString: settings.url,
      application_name: settings.applicationName,
      max: settings.poolSize ?? 10,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      statement_timeout: statementTimeoutMs,
      lock_timeout: LOCK_TIMEOUT_MS,
      // a process that is frozen in a transaction gives its locks back
      idle_in_transaction_session_timeout: statementTimeoutMs,
      // for a server that vanished without a word
      query_timeout: statementTimeoutMs + CONNECT_TIMEOUT_MS,
    });
    this.pool.on('error', ignore);
    this.pool.on('connect', (client) => client.on('error', ignore));
  }

  /** A connection of its own, without time-outs; the caller ends it. */
  async connect(purpose: string): Promise<Client> {
    const client = new Client({
      connectionString: this.settings.url,
      application_name: `${this.settings.applicationName} ${purpose}`,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    });
    client.on('error', ignore);
    await client.connect();
    return client;
  }

  async close(): Promise<void> {
    if (!this.pool.ending) await this.pool.end();
  }
}

/** The statement that runs into a dead connection reports it; an idle one is of no interest. */
const ignore = (): void => {};

/**
 * TypeORM over the pool of `postgres`, for entities, repositories and ordinary reads; not initialised, because that
 * connects. Destroying it ends the pool.
 */
export function postgresDataSource(postgres: Postgres, entities: DataSourceOptions['entities']): DataSource {
  return new DataSource({
    type: 'postgres',
    url: postgres.settings.url,
    entities: entities ?? [],
    installExtensions: false,
    logger: 'debug',
    poolErrorHandler: ignore,
    driver: { Pool: sharedPool(postgres.pool) },
  });
}

/** TypeORM makes its pool with `new driver.Pool()`; a constructor may answer another object. */
const sharedPool = (pool: Pool) =>
  function SharedPool(): Pool {
    return pool;
  };
