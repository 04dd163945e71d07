import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Postgres } from './postgres.ts';

const RECONNECT_MS = 1_000;

/** Hears the notifications of a channel over a connection of its own, made anew when it dies; some may be missed then. */
export class Listener {
  readonly #postgres: Postgres;
  readonly #channel: string;
  readonly #onNotification: (payload: string) => void;
  readonly #closing = new AbortController();
  #running: Promise<void> | undefined;

  constructor(postgres: Postgres, channel: string, onNotification: (payload: string) => void) {
    this.#postgres = postgres;
    this.#channel = channel;
    this.#onNotification = onNotification;
  }

  /** Once; answers at once. */
  start(): void {
    this.#running ??= this.#run();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        await this.#listen(await this.#postgres.connect(`listens to ${this.#channel}`));
      } catch {
        // whoever needs to know for sure polls meanwhile
      }
      await sleep(RECONNECT_MS, undefined, { signal }).catch(() => {});
    }
  }

  /** Ends when the connection does. */
  async #listen(client: Client): Promise<void> {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    client.once('end', end);
    this.#closing.signal.addEventListener('abort', () => end(), { once: true });
    client.on('notification', ({ payload = '' }) => this.#onNotification(payload));
    try {
      await client.query(`LISTEN ${this.#channel}`);
      if (!this.#closing.signal.aborted) await ended;
    } finally {
      await client.end();
    }
  }
}
