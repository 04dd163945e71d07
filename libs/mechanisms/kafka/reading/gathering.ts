/** So many records are worth a batch of their own. */
const ENOUGH_RECORDS = 100;

export interface GatheringSettings {
  /** Milliseconds for which news gathers. */
  readonly durationMs: number;
  /** Somebody waits for the next records: then nothing is held up. */
  isAwaited(): boolean;
}

/**
 * Lets news gather for a moment after a fetch that brought little: a batch costs about the same whether it carries one
 * record or fifty. What comes after a quiet time is not held up, nor is a backlog, nor what somebody waits for.
 */
export class Gathering {
  readonly #settings: GatheringSettings;
  readonly #waiting = new Set<() => void>();

  constructor(settings: GatheringSettings) {
    this.#settings = settings;
  }

  /** Resolves when it is time for the next fetch, after one that brought so many records. */
  async after(records: number): Promise<void> {
    if (records === 0 || records >= ENOUGH_RECORDS || this.#settings.isAwaited()) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, this.#settings.durationMs);
    this.#waiting.add(resolve);
    await promise;
    clearTimeout(timer);
    this.#waiting.delete(resolve);
  }

  /** Ends every wait. Call it when somebody begins to wait for the next records. */
  end(): void {
    for (const resolve of this.#waiting) resolve();
  }
}
