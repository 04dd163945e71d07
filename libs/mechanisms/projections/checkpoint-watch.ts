import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import type { EventPosition } from '#mechanisms/event-sourcing/index';
import { CHECKPOINT_CHANNEL } from './checkpoints.ts';
import type { Postgres } from './postgres.ts';
import type { ProjectionVersion } from './projection.ts';

const POLL_MS = 50;
const RECONNECT_MS = 1_000;

interface Waiter {
  readonly key: string;
  readonly offset: number;
  readonly wake: (passed: boolean) => void;
}

/**
 * Tells the process when checkpoints move. Notifications are the quick way; a poll of all checkpoints every 50 ms is the
 * sure one. It asks nothing while nobody waits, and remembers nothing: only what it sees during a wait ends the wait.
 */
export class CheckpointWatch {
  readonly #postgres: Postgres;
  readonly #waiters = new Set<Waiter>();
  readonly #onAwaited: (() => void)[] = [];
  #polling = false;
  #listening: Promise<void> | undefined;
  readonly #closing = new AbortController();

  constructor(postgres: Postgres) {
    this.#postgres = postgres;
  }

  /** Somebody waits for a checkpoint. */
  get isAwaited(): boolean {
    return this.#waiters.size > 0;
  }

  /** Has it called whenever somebody begins to wait. */
  onAwaited(call: () => void): void {
    this.#onAwaited.push(call);
  }

  /** Answers whether the version of a projection was seen past the position within `waitMs`. Never throws. */
  async passed(
    { schema }: ProjectionVersion,
    { topic, partition, offset }: EventPosition,
    waitMs: number,
  ): Promise<boolean> {
    if (this.#closing.signal.aborted) return false;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const waiter = { key: keyOf(schema, topic, partition), offset, wake: resolve };
    const timer = setTimeout(() => resolve(false), waitMs);
    this.#waiters.add(waiter);
    for (const call of this.#onAwaited) call();
    this.#listening ??= this.#listen();
    if (!this.#polling) void this.#poll();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#waiters.delete(waiter);
    }
  }

  /** Ends every wait with `false`. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const waiter of this.#waiters) waiter.wake(false);
    await this.#listening;
  }

  #saw(key: string, nextOffset: number): void {
    for (const waiter of this.#waiters) {
      if (waiter.key === key && nextOffset > waiter.offset) waiter.wake(true);
    }
  }

  async #poll(): Promise<void> {
    this.#polling = true;
    while (this.#waiters.size > 0 && !this.#closing.signal.aborted) {
      try {
        const { rows } = await this.#postgres.pool.query<PolledRow>(
          `SELECT projection || '_v' || version AS schema, topic, partition, next_offset FROM projections.checkpoints`,
        );
        for (const { schema, topic, partition, next_offset } of rows) {
          this.#saw(keyOf(schema, topic, partition), Number(next_offset));
        }
      } catch {
        // who waits gets the database's error when it reads, or runs into its time-out
      }
      await this.#pause(POLL_MS);
    }
    this.#polling = false;
  }

  async #listen(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      try {
        await this.#listenOnce(await this.#postgres.connect('checkpoint watch'));
      } catch {
        // the poll goes on meanwhile
      }
      await this.#pause(RECONNECT_MS);
    }
  }

  /** Ends when the connection does. */
  async #listenOnce(client: Client): Promise<void> {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    client.once('end', end);
    this.#closing.signal.addEventListener('abort', () => end(), { once: true });
    client.on('notification', ({ payload = '' }) => {
      const [schema = '', topic = '', partition, nextOffset] = payload.split(' ');
      this.#saw(keyOf(schema, topic, Number(partition)), Number(nextOffset));
    });
    try {
      await client.query(`LISTEN ${CHECKPOINT_CHANNEL}`);
      if (!this.#closing.signal.aborted) await ended;
    } finally {
      await client.end();
    }
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#closing.signal }).catch(() => {});
  }
}

interface PolledRow {
  readonly schema: string;
  readonly topic: string;
  readonly partition: number;
  readonly next_offset: string;
}

const keyOf = (schema: string, topic: string, partition: number): string => `${schema} ${topic} ${partition}`;
