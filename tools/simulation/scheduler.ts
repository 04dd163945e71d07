import type { SeededRandom } from '#mechanisms/testing/seeded-random';

/** Something that happens at a virtual time. */
interface Happening {
  readonly at: number;
  /** Decides among those of the same time. */
  readonly tie: number;
  readonly run: () => void;
}

/**
 * Virtual time in one thread: runs what is to happen in the order of its time, by chance where times are equal, and jumps
 * over the time between. After each happening everything that follows from it without waiting runs to its end, so a
 * happening is one uninterrupted step of one process or of the broker. Milliseconds.
 */
export class Scheduler {
  now = 0;
  /** How much has happened: with the same seed always the same. */
  steps = 0;
  readonly random: SeededRandom;
  private readonly heap: Happening[] = [];

  constructor(random: SeededRandom) {
    this.random = random;
  }

  after(delay: number, run: () => void): void {
    this.push({ at: this.now + delay, tie: this.random.next(), run });
  }

  /** Runs until `done` holds, or the time is `until`; answers which: true for done. */
  run(until: number, done: () => boolean): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const step = () => {
        try {
          if (done()) return resolve(true);
          const next = this.pop();
          if (!next || next.at > until) return resolve(false);
          this.now = next.at;
          this.steps += 1;
          next.run();
        } catch (error) {
          return reject(error);
        }
        // A tick that a microtask asks for comes when no microtask is left
        queueMicrotask(() => process.nextTick(step));
      };
      step();
    });
  }

  private push(happening: Happening): void {
    const { heap } = this;
    let index = heap.push(happening) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!before(happening, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = happening;
  }

  private pop(): Happening | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (!last || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child += 1;
      if (!before(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

const before = (one: Happening, other: Happening) => one.at < other.at || (one.at === other.at && one.tie < other.tie);
