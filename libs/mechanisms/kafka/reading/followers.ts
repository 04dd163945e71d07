import type { ClusterClient } from '../connection/cluster-client.ts';
import type { KafkaConnection } from '../connection/kafka-connection.ts';
import type { FetchLimits } from './fetch.ts';
import { FetchLoop } from './fetch-loop.ts';
import { FollowedPartition } from './followed-partition.ts';

/**
 * All partitions that one reader follows, fetched together: one request for each leader, however many they are. Apart,
 * each would cost its own long poll, and a request for every transaction.
 */
export class Followers {
  readonly #kafka: KafkaConnection;
  readonly #limits: FetchLimits;
  readonly #deadlineMs: number;
  #followed: readonly FollowedPartition[] = [];
  #running: { readonly client: ClusterClient; readonly loop: FetchLoop } | undefined;

  constructor(kafka: KafkaConnection, limits: FetchLimits, deadlineMs: number) {
    this.#kafka = kafka;
    this.#limits = limits;
    this.#deadlineMs = deadlineMs;
  }

  add(topic: string, partition: number, from: number): FollowedPartition {
    const { loop } = (this.#running ??= this.#run());
    const followed = new FollowedPartition({ topic, partition, from }, this.#deadlineMs, () => loop.wake());
    this.#followed = [...this.#followed, followed];
    return followed;
  }

  /** The connections are cut with the last one. */
  remove(followed: FollowedPartition): void {
    followed.leave();
    this.#followed = this.#followed.filter((other) => other !== followed);
    if (this.#followed.length > 0 || this.#running === undefined) return;
    this.#running.loop.stop();
    this.#kafka.closeClient(this.#running.client);
    this.#running = undefined;
  }

  #run() {
    const client = this.#kafka.openClient();
    return { client, loop: new FetchLoop(client, this.#limits, () => this.#followed) };
  }
}
