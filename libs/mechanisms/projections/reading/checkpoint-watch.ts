import { setTimeout as sleep } from 'node:timers/promises';
import type { EventPosition } from '#mechanisms/event-sourcing/index';
import { CHECKPOINT_CHANNEL } from '../batches/checkpoints.ts';
import { Listener } from '../database/listener.ts';
import type { Postgres } from '../database/postgres.ts';
import type { ProjectionVersion } from '../projection.ts';

const POLL_MS = 50;

interface Waiter {
  /** The name of what is waited for. */
  readonly projection: string;
  /** A notification names the version, the poll the projection and its revision: what is current may change meanwhile. */
  readonly keys: readonly string[];
  readonly offset: number;
  readonly wake: (passed: boolean) => void;
}

/**
 * Tells the process when checkpoints of current versions move. Notifications are the quick way; a poll every 50 ms is
 * the sure one. It asks nothing while nobody waits, and remembers nothing: only what it sees during a wait ends the wait.
 */
export class CheckpointWatch {
  readonly #postgres: Postgres;
  readonly #listener: Listener;
  readonly #waiters = new Set<Waiter>();
  readonly #onAwaited = new Set<{ readonly projection: string; readonly call: () => void }>();
  #polling = false;
  readonly #closing = new AbortController();

  constructor(postgres: Postgres) {
    this.#postgres = postgres;
    this.#listener = new Listener(postgres, CHECKPOINT_CHANNEL, (payload) => {
      const [schema = '', topic = '', partition, nextOffset] = payload.split(' ');
      this.#saw(keyOf(schema, topic, Number(partition)), Number(nextOffset));
    });
  }

  /** Somebody waits for a checkpoint of the projection with this name. */
  isAwaited(projection: string): boolean {
    return this.#waiters.values().some((waiter) => waiter.projection === projection);
  }

  /** Has it called whenever somebody begins to wait for the projection, until the function that it answers is called. */
  onAwaited(projection: string, call: () => void): () => void {
    const listener = { projection, call };
    this.#onAwaited.add(listener);
    return () => void this.#onAwaited.delete(listener);
  }

  /**
   * Answers whether the version, or the one that has become current in its place, was seen past the position within
   * `waitMs`. Never throws.
   */
  async passed(version: ProjectionVersion, { topic, partition, offset }: EventPosition, waitMs: number) {
    if (this.#closing.signal.aborted) return false;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const keys = [version.schema, pointerOf(version.name, version.revision)].map((of) => keyOf(of, topic, partition));
    const waiter = { projection: version.name, keys, offset, wake: resolve };
    const timer = setTimeout(() => resolve(false), waitMs);
    this.#waiters.add(waiter);
    for (const { projection, call } of this.#onAwaited) if (projection === version.name) call();
    this.#listener.start();
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
    await this.#listener.close();
  }

  #saw(key: string, nextOffset: number): void {
    for (const waiter of this.#waiters) {
      if (waiter.keys.includes(key) && nextOffset > waiter.offset) waiter.wake(true);
    }
  }

  async #poll(): Promise<void> {
    this.#polling = true;
    while (this.#waiters.size > 0 && !this.#closing.signal.aborted) {
      try {
        const { rows } = await this.#postgres.pool.query<PolledRow>(
          `SELECT projection, revision, topic, partition, next_offset
           FROM projections.current JOIN projections.checkpoints USING (projection, version)`,
        );
        for (const { projection, revision, topic, partition, next_offset } of rows) {
          this.#saw(keyOf(pointerOf(projection, revision), topic, partition), Number(next_offset));
        }
      } catch {
        // who waits gets the database's error when it reads, or runs into its time-out
      }
      await sleep(POLL_MS, undefined, { signal: this.#closing.signal }).catch(() => {});
    }
    this.#polling = false;
  }
}

interface PolledRow {
  readonly projection: string;
  readonly revision: number;
  readonly topic: string;
  readonly partition: number;
  readonly next_offset: string;
}

const pointerOf = (projection: string, revision: number): string => `${projection}/${revision}`;
const keyOf = (of: string, topic: string, partition: number): string => `${of} ${topic} ${partition}`;
