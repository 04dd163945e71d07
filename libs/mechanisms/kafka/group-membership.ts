import { setTimeout as sleep } from 'node:timers/promises';
import type { Consumer, ConsumerGroupJoinEvent } from 'kafkajs';
import type { TopicPartition } from './group-offsets.ts';
import type { KafkaConnection } from './kafka-connection.ts';

/** How often kafkajs looks whether a heartbeat is due, which bounds how soon a rebalance is noticed. */
const ROUND_MS = 300;
const HEARTBEAT_MS = 1_000;
const LONGEST_PAUSE_MS = 3_000;

export interface MembershipOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly sessionTimeoutMs: number;
  onAssigned(partitions: readonly TopicPartition[]): void;
  onRevoked(): void;
  onFailure(error: unknown): void;
}

/**
 * Membership in a consumer group, and no more: kafkajs' consumer joins, sends heartbeats and commits offsets, but every
 * topic is paused, so it fetches nothing. Whatever a batch does, heartbeats go on, and no offset of the group can move
 * a reader. A consumer that fails is thrown away and replaced, after a pause that grows up to 3 s, until `stop`. Its
 * assignment stays until the next one: a coordinator that cannot be reached is no reason to stop reading, and what two
 * members read at once, the positions that the caller keeps decide.
 */
export class GroupMembership {
  readonly #kafka: KafkaConnection;
  readonly #options: MembershipOptions;
  readonly #stopping = new AbortController();
  #consumer: Consumer | undefined;
  #running: Promise<void> | undefined;
  #endSession: ((reason: unknown) => void) | undefined;
  #lastSign = 0;

  constructor(kafka: KafkaConnection, options: MembershipOptions) {
    this.#kafka = kafka;
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Leaves the group. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#endSession?.(undefined);
    await this.#running;
  }

  /** Best effort: an offset that could not be committed is overtaken by the next one. */
  async commit(offsets: readonly (TopicPartition & { offset: number })[]): Promise<void> {
    await this.#consumer?.commitOffsets(
      offsets.map(({ topic, partition, offset }) => ({ topic, partition, offset: String(offset) })),
    );
  }

  async #run(): Promise<void> {
    let pauseMs = 100;
    while (!this.#stopping.signal.aborted) {
      const began = performance.now();
      try {
        await this.#session();
      } catch (error) {
        this.#options.onFailure(error);
      }
      pauseMs = performance.now() - began > 60_000 ? 100 : Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
      await sleep(pauseMs, undefined, { signal: this.#stopping.signal }).catch(() => {});
    }
  }

  /** One consumer's life: resolves when stopped, throws when it failed. */
  async #session(): Promise<void> {
    const { groupId, topics, sessionTimeoutMs } = this.#options;
    const consumer = this.#kafka.kafkajs.consumer({
      groupId,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: sessionTimeoutMs,
      heartbeatInterval: Math.min(HEARTBEAT_MS, sessionTimeoutMs / 3),
      maxWaitTimeInMs: ROUND_MS,
      allowAutoTopicCreation: false,
      // A failed consumer is replaced here, whatever kafkajs thinks of its error.
      retry: { retries: 3, initialRetryTime: 100, restartOnFailure: () => Promise.resolve(false) },
    });
    const ended = new Promise<unknown>((resolve) => (this.#endSession = resolve));
    this.#watch(consumer);
    const watchdog = setInterval(() => this.#checkLife(), sessionTimeoutMs);
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [...topics], fromBeginning: true });
      this.#consumer = consumer;
      await consumer.run({ autoCommit: false, eachBatch: () => Promise.reject(new Error('every topic is paused')) });
      const failure = await ended;
      if (failure !== undefined) throw failure;
    } finally {
      clearInterval(watchdog);
      this.#consumer = undefined;
      this.#endSession = undefined;
      await consumer.disconnect().catch(() => {});
    }
  }

  #watch(consumer: Consumer): void {
    const topics = this.#options.topics.map((topic) => ({ topic }));
    this.#lastSign = performance.now();
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }: ConsumerGroupJoinEvent) => {
      this.#lastSign = performance.now();
      // kafkajs emits this before it fetches for the first time, and pauses whole topics for every later assignment.
      consumer.pause(topics);
      const assignment = Object.entries(payload.memberAssignment);
      this.#options.onAssigned(
        assignment.flatMap(([topic, partitions]) => partitions.map((partition) => ({ topic, partition }))),
      );
    });
    consumer.on(consumer.events.HEARTBEAT, () => {
      this.#lastSign = performance.now();
    });
    consumer.on(consumer.events.REBALANCING, () => this.#options.onRevoked());
    consumer.on(consumer.events.CRASH, ({ payload }) => this.#endSession?.(payload.error));
  }

  #checkLife(): void {
    if (performance.now() - this.#lastSign > 3 * this.#options.sessionTimeoutMs) {
      this.#endSession?.(new Error('The consumer gave no sign of life for three session timeouts.'));
    }
  }
}
