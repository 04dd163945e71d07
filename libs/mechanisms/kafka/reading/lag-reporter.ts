import { setTimeout as sleep } from 'node:timers/promises';
import type { TopicPartition } from '../topics/topic-partition.ts';

/** Lag is looked at by people and dashboards, so it need not be told more often. */
const INTERVAL_MS = 500;

type Position = TopicPartition & { readonly position: number };

/** Commits positions to the group, for tools that show its lag and for nothing else: the newest one, now and then. */
export class LagReporter {
  readonly #commit: (offsets: readonly (TopicPartition & { offset: number })[]) => Promise<void>;
  readonly #moved = new Map<string, Position>();
  readonly #reported = new Map<string, number>();
  #isReporting = false;

  constructor(commit: (offsets: readonly (TopicPartition & { offset: number })[]) => Promise<void>) {
    this.#commit = commit;
  }

  moved(partition: Position): void {
    const { topic, partition: number, position } = partition;
    const name = `${topic}-${number}`;
    if (this.#reported.get(name) === position) return;
    this.#reported.set(name, position);
    this.#moved.set(name, { topic, partition: number, position });
    if (!this.#isReporting) void this.#report();
  }

  /** Best effort: what cannot be committed is overtaken by the next position, or does not matter. */
  async flush(): Promise<void> {
    const offsets = [...this.#moved.values()].map(({ topic, partition, position }) => ({
      topic,
      partition,
      offset: position,
    }));
    this.#moved.clear();
    if (offsets.length > 0) await this.#commit(offsets).catch(() => {});
  }

  async #report(): Promise<void> {
    this.#isReporting = true;
    while (this.#moved.size > 0) {
      await this.flush();
      await sleep(INTERVAL_MS, undefined, { ref: false });
    }
    this.#isReporting = false;
  }
}
