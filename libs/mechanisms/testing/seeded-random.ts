const STEP = 0x6d2b79f5;

/**
 * Chance that can be repeated: the same seed gives the same sequence on every machine (mulberry32). Not for secrets.
 * `fork` gives an independent sequence of its own by name, so that a choice more in one place changes none elsewhere.
 */
export class SeededRandom {
  readonly #seed: number;
  #state: number;

  /** The lower 32 bits of `seed` count. */
  constructor(seed: number) {
    this.#seed = seed >>> 0;
    this.#state = this.#seed;
  }

  /** At least 0 and less than 1. */
  next(): number {
    this.#state = (this.#state + STEP) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  fork(name: string): SeededRandom {
    let hash = 0x811c9dc5 ^ this.#seed;
    for (const character of name) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
    return new SeededRandom(Math.floor(new SeededRandom(hash).next() * 2 ** 32));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** A whole number from the first to the last. */
  between(first: number, last: number): number {
    return first + Math.floor(this.next() * (last - first + 1));
  }

  /** @throws RangeError for no items */
  oneOf<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError('There is nothing to choose from.');
    return items[this.between(0, items.length - 1)]!;
  }
}
