import { setTimeout as sleep } from 'node:timers/promises';
import { KafkaUnavailable } from '../errors.ts';

/** A point in time up to which something may be waited for. Durations are milliseconds. */
export class Deadline {
  readonly #end: number;

  constructor(durationMs: number) {
    this.#end = performance.now() + durationMs;
  }

  get remainingMs(): number {
    return Math.max(0, this.#end - performance.now());
  }

  /** The promise's outcome, or a `KafkaUnavailable` at the deadline; what the promise does afterwards is ignored. */
  async bound<T>(promise: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const passed = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new KafkaUnavailable('Kafka did not answer in time')), this.remainingMs);
    });
    try {
      return await Promise.race([promise, passed]);
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Repeats the attempt while its error `isRetriable`, pausing 5 ms and then ever longer up to 500 ms, but for no longer
   * than the deadline. Throws `KafkaUnavailable` with the last error as its cause, or an error that is not retriable.
   */
  async retry<T>(what: string, attempt: () => Promise<T>, isRetriable: (error: unknown) => boolean): Promise<T> {
    let lastError: unknown;
    for (let pauseMs = 5; this.remainingMs > 0; pauseMs = Math.min(pauseMs * 2, 500)) {
      try {
        return await this.bound(attempt());
      } catch (error) {
        if (!isRetriable(error) && this.remainingMs > 0) throw error;
        lastError = error;
      }
      await sleep(Math.min(pauseMs, this.remainingMs));
    }
    const reason = lastError instanceof Error ? lastError.message : 'no time left';
    throw new KafkaUnavailable(`Could not ${what}: ${reason}`, { cause: lastError });
  }
}
