import { setTimeout as sleep } from 'node:timers/promises';
import type { ManagedProcess } from './managed-process.ts';
import { say } from './progress.ts';
import { explain } from './stack-error.ts';

const firstPauseMs = 200;
const longestPauseMs = 5_000;
const steadyAfterMs = 10_000;

/** Keeps a process running: when it dies it is started again, with growing pauses while it keeps dying. */
export class Keeper<P extends ManagedProcess = ManagedProcess> {
  readonly process: P;
  #stopped = new AbortController();
  #pause = firstPauseMs;
  #readySince = 0;

  constructor(process: P) {
    this.process = process;
    process.onUnexpectedEnd = (how) => void this.#revive(how);
  }

  /** The first start: a failure here is the caller's. */
  async start(): Promise<void> {
    this.#stopped = new AbortController();
    await this.process.start();
    this.#readySince = Date.now();
  }

  /** Starts it in the background, for as long as it takes. */
  startAgain(): void {
    this.#stopped = new AbortController();
    this.#pause = firstPauseMs;
    void this.#revive(undefined);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.process.stop();
  }

  async #revive(how: string | undefined): Promise<void> {
    const { signal } = this.#stopped;
    if (Date.now() - this.#readySince > steadyAfterMs) this.#pause = firstPauseMs;
    if (how !== undefined) say(`${this.process.name} ended (${how}) and is started again`);
    for (let failures = 0; !signal.aborted; failures++) {
      await sleep(this.#pause, undefined, { signal }).catch(() => {});
      this.#pause = Math.min(this.#pause * 2, longestPauseMs);
      if (signal.aborted) return;
      try {
        await this.process.start();
        this.#readySince = Date.now();
        return say(`${this.process.name} is back`);
      } catch (error) {
        if (!signal.aborted && failures === 0) say(explain(error));
      }
    }
  }
}
