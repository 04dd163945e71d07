import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';

/** One row of the order table as text and JSON; whole numbers and times keep every digit. */
export interface OrderRow {
  readonly order_id: string;
  readonly version: string;
  readonly status: string;
  readonly customer_id: string;
  readonly lines: unknown;
  readonly total_amount: string;
  readonly currency: string;
  readonly reason: string | null;
  readonly reason_text: string | null;
  readonly carrier: string | null;
  readonly tracking_number: string | null;
  /** Epoch milliseconds with their fraction, which must be nothing but zeros. */
  readonly placed_at: string;
  readonly updated_at: string;
}

/** What one projection made of a topic: its version has a schema of its own. */
export interface OrderTable {
  readonly projection: string;
  readonly version: number;
  readonly table: string;
}

const ROWS_PER_FETCH = 5_000;
const POLL_MS = 100;

/** The order table and how far its projection has read. */
export class OrderRows {
  private readonly database: Client;
  private readonly source: OrderTable;
  private readonly topic: string;

  constructor(database: Client, source: OrderTable, topic: string) {
    this.database = database;
    this.source = source;
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
    const { projection, version } = this.source;
    const { rows } = await this.database.query<{ partition: number; next_offset: string }>(
      `SELECT partition, next_offset FROM projections.checkpoints
       WHERE projection = $1 AND version = $2 AND topic = $3`,
      [projection, version, this.topic],
    );
    const checkpoints: number[] = [];
    for (const row of rows) checkpoints[row.partition] = Number(row.next_offset);
    return checkpoints;
  }

  /** Every row, some thousand at a time; inside a snapshot only. */
  async *all(): AsyncGenerator<OrderRow> {
    await this.database.query(`
      DECLARE every_order NO SCROLL CURSOR FOR
      SELECT order_id, version, status, customer_id, lines, total_amount, currency,
        reason, reason_text, carrier, tracking_number,
        extract(epoch FROM placed_at) * 1000 AS placed_at, extract(epoch FROM updated_at) * 1000 AS updated_at
      FROM ${this.source.table}`);
    for (;;) {
      const { rows } = await this.database.query<OrderRow>(`FETCH ${ROWS_PER_FETCH} FROM every_order`);
      if (rows.length === 0) return;
      yield* rows;
    }
  }
}
