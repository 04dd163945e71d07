import { setTimeout as sleep } from 'node:timers/promises';
import type { BrokerLink } from '../connection/broker-link.ts';
import type { ClusterClient } from '../connection/cluster-client.ts';
import { fetch } from './fetch.ts';
import type { Fetched, FetchLimits } from './fetch.ts';
import type { Gathering } from './gathering.ts';

/** Milliseconds. */
const SHORT_POLL_MS = 10;

/** A partition that a loop fetches. */
export interface FetchTarget {
  readonly topic: string;
  readonly partition: number;
  readonly fetchPosition: number;
  /** It can be fetched: nothing of it is being handled. */
  readonly isReady: boolean;
  /** It got nothing although there is more, because others took all room in the fetch. */
  readonly isStarved: boolean;
  /** Resolves when what was fetched is handled. */
  deliver(fetched: Fetched): Promise<void>;
  /** It could not be fetched; it wakes the loop when it wants to be again. */
  refuse(error: unknown): Promise<void>;
}

/**
 * Fetches for a changing set of partitions: one request in flight per leader, for all of its partitions that are ready.
 * It waits for what was fetched to be handled, so that the next request asks for everything; but only for a moment: then
 * it leaves the busy partitions out, and the next records are fetched while these are handled.
 */
export class FetchLoop {
  readonly #client: ClusterClient;
  readonly #limits: FetchLimits;
  readonly #partitions: () => readonly FetchTarget[];
  readonly #gathering: Gathering | undefined;
  readonly #fetching = new Set<BrokerLink>();
  #isLooking = false;
  #lookAgain = false;
  #isStopped = false;

  constructor(
    client: ClusterClient,
    limits: FetchLimits,
    partitions: () => readonly FetchTarget[],
    gathering?: Gathering,
  ) {
    this.#client = client;
    this.#limits = limits;
    this.#partitions = partitions;
    this.#gathering = gathering;
  }

  stop(): void {
    this.#isStopped = true;
    this.#gathering?.end();
  }

  /** Fetches what is ready from every leader that is free. Call it whenever a partition has become ready. */
  wake(): void {
    this.#lookAgain = true;
    if (!this.#isLooking) void this.#look();
  }

  async #look(): Promise<void> {
    this.#isLooking = true;
    while (this.#lookAgain && !this.#isStopped) {
      this.#lookAgain = false;
      const groups = new Map<BrokerLink, FetchTarget[]>();
      for (const partition of this.#partitions()) {
        try {
          const leader = await this.#client.leaderOf(partition.topic, partition.partition);
          groups.set(leader, [...(groups.get(leader) ?? []), partition]);
        } catch (error) {
          this.#client.forgetLeaders();
          if (partition.isReady) void partition.refuse(error);
        }
      }
      for (const [leader, partitions] of groups) {
        if (!this.#fetching.has(leader)) void this.#fetchFrom(leader, partitions);
      }
    }
    this.#isLooking = false;
  }

  async #fetchFrom(leader: BrokerLink, led: readonly FetchTarget[]): Promise<void> {
    const ready = led.filter(({ isReady }) => isReady);
    if (ready.length === 0) return;
    this.#fetching.add(leader);
    const starved = ready.find(({ isStarved }) => isStarved);
    const asked = starved === undefined ? ready : [starved];
    // What the partition is asked for here is dropped if it was located anew, or is no longer assigned, by then.
    const positions = asked.map(({ topic, partition, fetchPosition }) => ({
      topic,
      partition,
      offset: fetchPosition,
    }));
    try {
      // A partition that is being handled now may be ready any moment: it must not wait for the others' long poll.
      const limits = asked.length < led.length ? { ...this.#limits, maxWaitMs: SHORT_POLL_MS } : this.#limits;
      const fetched = await fetch(this.#client, leader, positions, limits);
      const handled = fetched.flatMap((found) => {
        const at = positions.findIndex(
          ({ topic, partition }) => topic === found.topic && partition === found.partition,
        );
        const partition = asked[at]!;
        if (found.error !== undefined) this.#client.forgetLeaders();
        return partition.isReady && partition.fetchPosition === positions[at]!.offset ? [partition.deliver(found)] : [];
      });
      await Promise.race([Promise.all(handled), sleep(SHORT_POLL_MS, undefined, { ref: false })]);
      await this.#gathering?.after(fetched.reduce((sum, { records }) => sum + records.length, 0));
    } catch (error) {
      this.#client.forgetLeaders();
      for (const partition of asked) {
        if (partition.isReady) void partition.refuse(error);
      }
    } finally {
      this.#fetching.delete(leader);
      this.wake();
    }
  }
}
