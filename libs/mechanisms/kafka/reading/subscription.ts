import type { ClusterClient } from '../connection/cluster-client.ts';
import { Deadline } from '../connection/deadline.ts';
import type { KafkaConnection } from '../connection/kafka-connection.ts';
import { isTransient } from '../connection/protocol-error.ts';
import { GroupMembership } from '../groups/group-membership.ts';
import { groupOffsets } from '../groups/group-offsets.ts';
import type { TopicPartition } from '../topics/topic-partition.ts';
import { nameOf } from '../topics/topic-partition.ts';
import { AssignedPartition } from './assigned-partition.ts';
import type { Batch, SubscribedPartition } from './assigned-partition.ts';
import { FetchLoop } from './fetch-loop.ts';
import { Gathering } from './gathering.ts';
import type { GatheringSettings } from './gathering.ts';
import { LagReporter } from './lag-reporter.ts';
import { Slots } from './slots.ts';

/** Durations are milliseconds, sizes bytes. */
export interface SubscriptionOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  /** The next offset to read. Asked at each assignment, after `PositionLost`, and after a broker refused a fetch. */
  positionOf(topic: string, partition: number): Promise<number>;
  /** Handles a batch and keeps `batch.nextOffset` as the new position, best in one transaction. */
  onBatch(batch: Batch): Promise<void>;
  /** All that are this member's from now on; a partition that stays is not interrupted, one that goes finishes its batch. */
  onAssigned?(partitions: readonly TopicPartition[]): void;
  /** The group's committed offset is not the position: somebody moved it, or the last commit of it was lost. */
  onGroupOffsetDiffers?(difference: TopicPartition & { groupOffset: number; position: number }): void;
  /** The membership failed and is built up again. */
  onFailure?(error: unknown): void;
  /** How many batches are handled at the same time (3), each of another partition. */
  readonly partitionsAtOnce?: number;
  /** The most records of a batch (2,000). */
  readonly maxRecords?: number;
  /** How long a fetch waits at the broker for a first record (250). */
  readonly maxWaitMs?: number;
  /** The most that one fetch brings (8 MB), and of one partition (2 MB). */
  readonly maxBytes?: number;
  readonly maxBytesPerPartition?: number;
  /** Lets a little news gather before more is fetched; nothing does by default. */
  readonly gathering?: GatheringSettings;
  /** After this long without a heartbeat another member takes over (10,000). */
  readonly sessionTimeoutMs?: number;
}

/**
 * Reads topics together with the other members of a consumer group, from positions that the caller keeps.
 *
 * Order: the batches of a partition come one after the other, and each begins exactly where the one before ended, or
 * where `positionOf` said. Nothing is skipped: not by an error, not by an offset of the group, not by an offset that is
 * out of range. A batch whose `onBatch` threw comes again after 100 ms, growing to 10 s (1 s if the error is
 * `retriable`); only its partition waits.
 *
 * Duplicates: around a rebalance two members may hold the same partition for a moment. So `onBatch` moves the position
 * by compare-and-set from `fromOffset`, and throws `PositionLost` if it was not there.
 */
export class Subscription {
  readonly #kafka: KafkaConnection;
  readonly #options: SubscriptionOptions;
  readonly #membership: GroupMembership;
  readonly #slots: Slots;
  readonly #lag: LagReporter;
  #client: ClusterClient | undefined;
  readonly #gathering: Gathering | undefined;
  #loop: FetchLoop | undefined;
  #assigned: readonly AssignedPartition[] = [];
  /** Those whose group offsets were looked at: only then may they be overwritten. */
  readonly #compared = new Set<AssignedPartition>();
  #isStopping = false;
  /** Work of assignments that are over, under `topic-partition`. */
  readonly #leftovers = new Map<string, Promise<void>>();

  constructor(kafka: KafkaConnection, options: SubscriptionOptions) {
    this.#kafka = kafka;
    this.#options = options;
    this.#gathering = options.gathering && new Gathering(options.gathering);
    this.#slots = new Slots(options.partitionsAtOnce ?? 3);
    this.#membership = new GroupMembership(kafka, {
      groupId: options.groupId,
      topics: options.topics,
      sessionTimeoutMs: options.sessionTimeoutMs ?? 10_000,
      onAssigned: (partitions) => this.#assign(partitions),
      onFailure: (error) => {
        kafka.logger.warn(
          { err: error, groupId: options.groupId },
          'the group membership failed and is built up again',
        );
        options.onFailure?.(error);
      },
    });
    this.#lag = new LagReporter((offsets) => this.#membership.commit(offsets));
  }

  /** Resolves at once; partitions come with `onAssigned`, as soon as Kafka can be reached. */
  start(): Promise<void> {
    if (this.#client !== undefined) return Promise.resolve();
    const { maxWaitMs = 250, maxBytes = 8 * 1024 * 1024, maxBytesPerPartition = 2 * 1024 * 1024 } = this.#options;
    this.#client = this.#kafka.openClient();
    const limits = { maxWaitMs, maxBytes, maxBytesPerPartition };
    this.#loop = new FetchLoop(this.#client, limits, () => this.#assigned, this.#gathering);
    this.#membership.start();
    return Promise.resolve();
  }

  /** Resolves when the batches in work are done and the group is left. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#loop?.stop();
    this.#revoke(this.#assigned);
    await Promise.all(this.#leftovers.values());
    await this.#lag.flush();
    await this.#membership.stop();
    if (this.#client !== undefined) this.#kafka.closeClient(this.#client);
  }

  /** Somebody waits for the next records: they gather no longer. */
  hurry(): void {
    this.#gathering?.end();
  }

  /** The partitions that this member holds. */
  status(): SubscribedPartition[] {
    return this.#assigned.map((partition) => partition.status());
  }

  #assign(partitions: readonly TopicPartition[]): void {
    if (this.#isStopping) return;
    const names = new Set(partitions.map(nameOf));
    this.#revoke(this.#assigned.filter((assigned) => !names.has(nameOf(assigned))));
    const staying = new Set(this.#assigned.map(nameOf));
    const added = partitions.filter((partition) => !staying.has(nameOf(partition))).map((one) => this.#take(one));
    this.#assigned = [...this.#assigned, ...added];
    this.#options.onAssigned?.(partitions);
    const located = added.map((one) =>
      one.locate(this.#leftovers.get(nameOf(one)) ?? Promise.resolve()).then(() => one.position),
    );
    if (added.length > 0) void this.#compareWithGroup(added, located);
  }

  #take({ topic, partition }: TopicPartition): AssignedPartition {
    const { maxRecords = 2_000 } = this.#options;
    const taken: AssignedPartition = new AssignedPartition(topic, partition, maxRecords, {
      positionOf: () => this.#options.positionOf(topic, partition),
      onBatch: (batch) => this.#slots.run(() => this.#options.onBatch(batch)),
      onProgress: () => this.#onProgress(taken),
    });
    return taken;
  }

  #revoke(over: readonly AssignedPartition[]): void {
    this.#assigned = this.#assigned.filter((assigned) => !over.includes(assigned));
    for (const partition of over) {
      this.#compared.delete(partition);
      this.#leftovers.set(nameOf(partition), partition.revoke());
    }
  }

  #onProgress(partition: AssignedPartition): void {
    if (!this.#assigned.includes(partition)) return;
    if (this.#compared.has(partition) && partition.position >= 0) this.#lag.moved(partition);
    this.#loop?.wake();
  }

  async #compareWithGroup(partitions: readonly AssignedPartition[], located: Promise<number>[]): Promise<void> {
    const { groupId } = this.#options;
    const what = `read the offsets of the group ${groupId}`;
    const deadline = new Deadline(10_000);
    try {
      const committed = await deadline.retry(what, () => groupOffsets(this.#client!, groupId, partitions), isTransient);
      for (const [index, position] of (await Promise.all(located)).entries()) {
        const { topic, partition } = partitions[index]!;
        const groupOffset = committed.get(nameOf({ topic, partition }));
        if (position < 0 || groupOffset === undefined || groupOffset === position) continue;
        this.#options.onGroupOffsetDiffers?.({ topic, partition, groupOffset, position });
      }
    } catch (error) {
      this.#kafka.logger.warn({ err: error, groupId }, 'whether the offsets of the group were moved is not known');
    }
    for (const partition of partitions) {
      this.#compared.add(partition);
      this.#onProgress(partition);
    }
  }
}
