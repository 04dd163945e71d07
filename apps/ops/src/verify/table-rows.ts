import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Folded } from './fold-entity.ts';

/** By its columns; whole numbers as text so that they keep every digit, times as epoch milliseconds. */
export type Row = Readonly<Record<string, unknown>>;

/** What one projection makes of a topic. */
export interface Table {
  readonly projection: string;
  /** Without its schema. */
  readonly table: string;
  readonly idColumn: string;
  /** What the table says of an entity; all of its columns. */
  readonly rowOf: (entity: Folded) => Row;
}

/** The table of the version that queries are answered from. */
export interface CurrentTable extends Table {
  readonly version: number;
  /** With its schema. */
  readonly name: string;
}

/** Of several programs' versions the newest one's; `undefined` when there is none. */
export async function currentTable(database: Client, table: Table): Promise<CurrentTable | undefined> {
  const { rows } = await database.query<{ version: number }>(
    'SELECT version FROM projections.current WHERE projection = $1 ORDER BY revision DESC LIMIT 1',
    [table.projection],
  );
  const version = rows[0]?.version;
  return version === undefined
    ? undefined
    : { ...table, version, name: `${table.projection}_v${version}.${table.table}` };
}

interface Column {
  readonly name: string;
  readonly isTime: boolean;
}

const ROWS_PER_FETCH = 5_000;
const POLL_MS = 100;

/** A table and how far its projection has read a topic. */
export class TableRows {
  private readonly database: Client;
  private readonly table: CurrentTable;
  private readonly topic: string;

  constructor(database: Client, table: CurrentTable, topic: string) {
    this.database = database;
    this.table = table;
    this.topic = topic;
  }

  /** Waits until the projection has read up to the ends; answers false when it has not in time. */
  async caughtUp(ends: readonly number[], timeoutMs: number): Promise<boolean> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const checkpoints = await this.checkpoints();
      if (ends.every((end, partition) => (checkpoints[partition] ?? 0) >= end)) return true;
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

  /** Per partition the next offset that the projection reads; a partition that it has not begun is missing. */
  async checkpoints(): Promise<number[]> {
    const { projection, version } = this.table;
    const { rows } = await this.database.query<{ partition: number; next_offset: string }>(
      `SELECT partition, next_offset FROM projections.checkpoints
       WHERE projection = $1 AND version = $2 AND topic = $3`,
      [projection, version, this.topic],
    );
    const checkpoints: number[] = [];
    for (const row of rows) checkpoints[row.partition] = Number(row.next_offset);
    return checkpoints;
  }

  /** None when there is no such table. */
  async columns(): Promise<Column[]> {
    const { rows } = await this.database.query<{ name: string; type: string }>(
      `SELECT column_name AS name, data_type AS type FROM information_schema.columns
       WHERE table_schema || '.' || table_name = $1 ORDER BY ordinal_position`,
      [this.table.name],
    );
    return rows.map(({ name, type }) => ({ name, isTime: type.startsWith('timestamp') }));
  }

  /** Every row, some thousand at a time; inside a snapshot only. */
  async *all(columns: readonly Column[]): AsyncGenerator<Row> {
    const selected = columns.map(({ name, isTime }) => (isTime ? millisecondsOf(name) : `"${name}"`));
    const cursor = `every_${this.table.name.replaceAll('.', '_')}`;
    await this.database.query(
      `DECLARE ${cursor} NO SCROLL CURSOR FOR SELECT ${selected.join(', ')} FROM ${this.table.name}`,
    );
    const times = columns.filter(({ isTime }) => isTime);
    for (;;) {
      const { rows } = await this.database.query<Row>(`FETCH ${ROWS_PER_FETCH} FROM ${cursor}`);
      if (rows.length === 0) return;
      for (const row of rows)
        yield { ...row, ...Object.fromEntries(times.map(({ name }) => [name, asNumber(row[name])])) };
    }
  }
}

/** With their fraction, which must be nothing but zeros. */
const millisecondsOf = (column: string): string => `extract(epoch FROM "${column}") * 1000 AS "${column}"`;

const asNumber = (digits: unknown): number | null => (digits === null ? null : Number(digits));
