/** One direction of a connection: delivers in order, and each only when it and everything before it may pass. */
export class Lane {
  readonly #barrier: () => Promise<unknown> | undefined;
  #tail: Promise<void> = Promise.resolve();
  #waiting = 0;

  /** `barrier` answers what to wait for before the next delivery, undefined when the way is free. */
  constructor(barrier: () => Promise<unknown> | undefined) {
    this.#barrier = barrier;
  }

  add(deliver: () => void, hold?: Promise<unknown>): void {
    if (this.#waiting === 0 && !hold && !this.#barrier()) return deliver();
    this.#waiting += 1;
    this.#tail = this.#follow(this.#tail, deliver, hold);
  }

  async #follow(before: Promise<void>, deliver: () => void, hold: Promise<unknown> | undefined): Promise<void> {
    await before;
    await hold?.catch(() => {});
    for (let closed = this.#barrier(); closed; closed = this.#barrier()) await closed;
    this.#waiting -= 1;
    deliver();
  }
}
