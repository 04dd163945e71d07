import type { Pool } from 'pg';
import type { Sql } from '../database/projection-sql.ts';
import { inTransaction } from '../database/transaction.ts';
import { monthNamed, monthOf, timeOf } from './month-range.ts';
import type { MonthRange } from './month-range.ts';

const TABLE = 'projections.processed_events';
const EARLIEST = Date.UTC(2020, 0);
const DAY_MS = 86_400_000;
const FURTHEST_AHEAD_MS = 31 * DAY_MS;

/**
 * The ranges of `processed_events`, one for each month of the UUIDv7 times. Ids that are no UUIDv7, or claim an absurd
 * time, stay in the default range. Several processes may create and drop ranges at the same time.
 */
export class ProcessedEvents {
  readonly #pool: Pool;
  readonly #existing = new Map<string, MonthRange>();
  #latest: MonthRange | undefined;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Creates the ranges that the ids belong to. To be called before the transaction that inserts the ids. */
  async makeRoomFor(eventIds: readonly string[]): Promise<void> {
    for (const id of eventIds) {
      const latest = this.#latest;
      if (latest && id >= latest.from && id < latest.to) continue;
      const time = timeOf(id);
      if (time === undefined || time < EARLIEST || time > Date.now() + FURTHEST_AHEAD_MS) continue;
      await this.#makeRoom(monthOf(time));
    }
  }

  /**
   * Drops the ranges whose newest possible id is older than `keepDays`, and answers their months. An event that comes
   * again after that is no longer known as a duplicate; the handler's version guard refuses it.
   */
  async prune(keepDays: number): Promise<string[]> {
    const months = await this.#months();
    const outdated = months.filter(({ endsAt }) => endsAt < Date.now() - keepDays * DAY_MS);
    for (const { name } of outdated) {
      await inTransaction(this.#pool, 'BEGIN', (sql) => this.#drop(sql, name));
    }
    this.#existing.clear();
    this.#latest = undefined;
    return outdated.map(({ name }) => name);
  }

  async #makeRoom(month: MonthRange): Promise<void> {
    if (!this.#existing.has(month.name)) {
      await inTransaction(this.#pool, 'BEGIN', (sql) => this.#create(sql, month));
      this.#existing.set(month.name, month);
    }
    this.#latest = month;
  }

  /** Attaching locks only the default range, so batches go on meanwhile; its rows of the month, if any, move first. */
  async #create(sql: Sql, { name, from, to }: MonthRange): Promise<void> {
    await lockRanges(sql);
    const range = `${TABLE}_${name}`;
    const { rows } = await sql.query<{ found: boolean }>('SELECT to_regclass($1) IS NOT NULL AS found', [range]);
    if (rows[0]!.found) return;
    await sql.query(`CREATE TABLE ${range} (LIKE ${TABLE} INCLUDING ALL)`);
    await sql.query(`LOCK TABLE ${TABLE}_default IN ACCESS EXCLUSIVE MODE`);
    await sql.query(
      `WITH misplaced AS (DELETE FROM ${TABLE}_default WHERE event_id >= $1 AND event_id < $2 RETURNING *)
       INSERT INTO ${range} SELECT * FROM misplaced`,
      [from, to],
    );
    await sql.query(`ALTER TABLE ${TABLE} ATTACH PARTITION ${range} FOR VALUES FROM ('${from}') TO ('${to}')`);
  }

  async #drop(sql: Sql, name: string): Promise<void> {
    // a batch in flight is waited for, and the batches behind this lock only for so long
    await sql.query(`SET LOCAL lock_timeout = '2s'`);
    await lockRanges(sql);
    await sql.query(`DROP TABLE IF EXISTS ${TABLE}_${name}`);
  }

  async #months(): Promise<MonthRange[]> {
    const { rows } = await this.#pool.query<{ name: string }>(
      `SELECT replace(relname, 'processed_events_', '') AS name
       FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
       WHERE inhparent = to_regclass('${TABLE}') AND relname ~ '^processed_events_[0-9]{4}_[0-9]{2}$' ORDER BY relname`,
    );
    return rows.map(({ name }) => monthNamed(name));
  }
}

const lockRanges = (sql: Sql) => sql.query(`SELECT pg_advisory_xact_lock(hashtext('${TABLE}'))`);
