import { setTimeout as sleep } from 'node:timers/promises';

const GIVE_WAY_MS = 50;

/** How a version is projected now. */
export interface Terms {
  /** Queries are answered from it: nothing holds it back. */
  readonly isCurrent: boolean;
  /** Events a second at most otherwise; null for as many as can be. */
  readonly rate: number | null;
}

/** The batches of current versions that are in work in this process. */
export class LiveWork {
  #count = 0;
  #idle = Promise.withResolvers<void>();

  async run<T>(work: () => Promise<T>): Promise<T> {
    this.#count += 1;
    try {
      return await work();
    } finally {
      this.#count -= 1;
      if (this.#count === 0) {
        this.#idle.resolve();
        this.#idle = Promise.withResolvers();
      }
    }
  }

  /** Resolves when there is none, and after 50 ms whatever there is. */
  async pause(): Promise<void> {
    if (this.#count > 0) await Promise.race([this.#idle.promise, sleep(GIVE_WAY_MS, undefined, { ref: false })]);
  }
}

/**
 * Projects the batches of one version: those of a current one at once, those of another one after the other, each when no
 * current version has a batch in work, and so that its rate is kept.
 */
export class Pace {
  readonly #live: LiveWork;
  readonly #terms: () => Terms;
  #turn: Promise<unknown> = Promise.resolve();
  #freeAt = 0;

  constructor(live: LiveWork, terms: () => Terms) {
    this.#live = live;
    this.#terms = terms;
  }

  run<T>(events: number, work: () => Promise<T>): Promise<T> {
    if (this.#terms().isCurrent) return this.#live.run(work);
    const done = this.#turn.then(() => this.#runBehind(events, work));
    this.#turn = done.catch(() => {});
    return done;
  }

  async #runBehind<T>(events: number, work: () => Promise<T>): Promise<T> {
    const { rate } = this.#terms();
    const waitMs = this.#freeAt - performance.now();
    if (rate !== null && waitMs > 0) await sleep(waitMs);
    await this.#live.pause();
    if (rate !== null) this.#freeAt = performance.now() + (events * 1000) / rate;
    return work();
  }
}
