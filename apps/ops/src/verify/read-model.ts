import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Row, Table } from './table.ts';

interface Column {
  readonly name: string;
  readonly isTime: boolean;
}

/** How far a projection has read a partition, and what it counted up to there. */
export interface Checkpoint {
  readonly nextOffset: number;
  readonly consumed: number;
  readonly projected: number;
  readonly duplicates: number;
  readonly parked: number;
  readonly discarded: number;
}

/** A record that was put aside. */
export interface ParkedRow {
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer | null;
  readonly error: string;
  /** Its dead letter is published. */
  readonly isSent: boolean;
  /** By whom and why it was given up; null for one that is parked. */
  readonly discarded: string | null;
}

const ROWS_PER_FETCH = 1_000;
const POLL_MS = 100;

/** What the version of a projection that queries are answered from made of a topic: its tables, and how far it has read. */
export class ReadModel {
  readonly schema: string;
  readonly projection: string;
  readonly topic: string;
  private readonly database: Client;
  private readonly version: number;
  private asked: Promise<unknown> = Promise.resolve();

  /** Of several programs' versions the newest one's; undefined when there is none. */
  static async current(database: Client, projection: string, topic: string): Promise<ReadModel | undefined> {
    const { rows } = await database.query<{ version: number }>(
      'SELECT version FROM projections.current WHERE projection = $1 ORDER BY revision DESC LIMIT 1',
      [projection],
    );
    return rows[0] && new ReadModel(database, projection, rows[0].version, topic);
  }

  private constructor(database: Client, projection: string, version: number, topic: string) {
    this.database = database;
    this.projection = projection;
    this.version = version;
    this.topic = topic;
    this.schema = `${projection}_v${version}`;
  }

  /** Waits until the projection has read up to the ends; answers false when it has not in time. */
  async caughtUp(ends: readonly number[], timeoutMs: number): Promise<boolean> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const checkpoints = await this.checkpoints();
      if (ends.every((end, partition) => (checkpoints[partition]?.nextOffset ?? 0) >= end)) return true;
      if (Date.now() >= deadline) return false;
      await sleep(POLL_MS);
    }
  }

  /** Everything that `read` asks is answered as of one moment. */
  async inSnapshot<T>(read: () => Promise<T>): Promise<T> {
    await this.database.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    try {
      return await read();
    } finally {
      await this.database.query('ROLLBACK');
    }
  }

  /** By partition; one that the projection has not begun is missing. */
  async checkpoints(): Promise<Checkpoint[]> {
    const { rows } = await this.database.query<Record<keyof Checkpoint | 'partition', string>>(
      `SELECT partition, next_offset AS "nextOffset", consumed, projected, duplicates, parked, discarded
       FROM projections.checkpoints WHERE projection = $1 AND version = $2 AND topic = $3`,
      [this.projection, this.version, this.topic],
    );
    const checkpoints: Checkpoint[] = [];
    for (const { partition, ...row } of rows) {
      const numbers = Object.entries(row).map(([name, digits]) => [name, Number(digits)]);
      checkpoints[Number(partition)] = Object.fromEntries(numbers) as Checkpoint;
    }
    return checkpoints;
  }

  /** What is parked, and what was discarded since the projection began; by entity, inside a snapshot only. */
  async *parked(): AsyncGenerator<ParkedRow> {
    const of = `projection = '${this.projection}' AND version = ${this.version} AND topic = '${this.topic}'`;
    const cursor = `parked_of_${this.schema}`;
    const pages = this.pages<ParkedRow>(
      cursor,
      `SELECT partition, record_offset::float8 AS offset, key, error, sent_at IS NOT NULL AS "isSent", NULL AS discarded
       FROM projections.parked_events WHERE ${of}
       UNION ALL
       SELECT partition, record_offset::float8, key, error, true, discarded_by || ': ' || reason
       FROM projections.discarded_events WHERE ${of}
         AND partition IN (SELECT partition FROM projections.checkpoints WHERE ${of} AND discarded > 0)
       ORDER BY key, partition, "offset"`,
    );
    for await (const rows of pages) yield* rows;
  }

  /** But for what the database makes of others; none when there is no such table. */
  async columns({ name }: Table): Promise<Column[]> {
    const { rows } = await this.database.query<{ name: string; type: string }>(
      `SELECT column_name AS name, data_type AS type FROM information_schema.columns
       WHERE table_schema = $1 AND table_name = $2 AND is_generated = 'NEVER' ORDER BY ordinal_position`,
      [this.schema, name],
    );
    return rows.map(({ name: column, type }) => ({ name: column, isTime: type.startsWith('timestamp') }));
  }

  /** Every row in the order of the ids, some thousand at a time; inside a snapshot only. */
  rows({ name, idColumn, isByVersion }: Table, columns: readonly Column[]): AsyncGenerator<Row[], void> {
    const selected = columns.map((column) => (column.isTime ? millisecondsOf(column.name) : `"${column.name}"`));
    const order = isByVersion ? `${idColumn}, version` : idColumn;
    const sql = `SELECT ${selected.join(', ')} FROM ${this.schema}.${name} ORDER BY ${order}`;
    return this.pages<Row>(`every_${this.schema}_${name}`, sql);
  }

  /** The next page is on its way while one is looked at. */
  private async *pages<R extends object>(cursor: string, sql: string): AsyncGenerator<R[], void> {
    await this.ask(`DECLARE ${cursor} NO SCROLL CURSOR FOR ${sql}`);
    const fetch = () => this.ask<R>(`FETCH ${ROWS_PER_FETCH} FROM ${cursor}`);
    for (let page = await fetch(); page.length > 0;) {
      const next = fetch();
      yield page;
      page = await next;
    }
    await this.ask(`CLOSE ${cursor}`);
  }

  /** One at a time, as the client wants it, whoever else reads. */
  private ask<R extends object>(sql: string): Promise<R[]> {
    const rows = this.asked.then(async () => (await this.database.query<R>(sql)).rows);
    this.asked = rows.catch(() => undefined);
    return rows;
  }
}

/** With their fraction, which must be nothing but zeros. */
const millisecondsOf = (column: string): string => `(extract(epoch FROM "${column}") * 1000)::float8 AS "${column}"`;
