import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterClient } from '../connection/cluster-client.ts';
import { Deadline } from '../connection/deadline.ts';
import type { KafkaConnection } from '../connection/kafka-connection.ts';
import {
  isConcurrentTransactions,
  isConnectionLoss,
  isCoordinatorElsewhere,
  isFenced,
  isTransient,
} from '../connection/protocol-error.ts';
import { KafkaUnavailable, TransactionLeftOpen, WriteFailure } from '../errors.ts';
import { encodeRecordBatch } from '../records/record-batch.ts';
import type { TopicPartition } from '../topics/topic-partition.ts';
import { nameOf } from '../topics/topic-partition.ts';
import type { Attempt, CommittedPartition, PartitionRecords } from '../types.ts';
import { appendedBatches, produceRequest } from './produce-request.ts';
import type { EncodedPartition } from './produce-request.ts';
import { advanceSequence } from './sequence.ts';
import { TransactionCoordinator } from './transaction-coordinator.ts';
import type { Outcome, ProducerEpoch } from './transaction-coordinator.ts';
import { lastOutcome, unfinishedIn } from './unfinished-transaction.ts';

/** Durations are milliseconds. */
export interface WriterOptions {
  /** After this long without an end the coordinator aborts a transaction by itself (10,000). More than `deadlineMs`. */
  readonly transactionTimeoutMs?: number;
  /** How long a commit may take before it is given up (5,000). */
  readonly deadlineMs?: number;
  /** How long opening may take, with its retries (10,000). */
  readonly openDeadlineMs?: number;
  /** Partitions that no other transactional id writes to: in these the writer ends what brokers have left open. */
  readonly owns?: readonly TopicPartition[];
}

/**
 * Writes one transaction after the other under one transactional id; never two at a time.
 *
 * Opening it fences every earlier writer with the id, in any process, and settles what that left open: afterwards
 * nothing of an earlier writer can still become visible in the partitions that the id owns. The id is thereby a lock that
 * the brokers check.
 */
export class TransactionalWriter {
  readonly producerId: string;
  readonly producerEpoch: number;
  readonly #kafka: KafkaConnection;
  readonly #client: ClusterClient;
  readonly #transactionalId: string;
  readonly #coordinator: TransactionCoordinator;
  readonly #deadlineMs: number;
  readonly #owns: readonly TopicPartition[];
  /** The next sequence of each partition; they begin at 0 with each epoch. */
  readonly #sequences = new Map<string, number>();
  #state: 'idle' | 'busy' | 'dead' = 'idle';
  #mayHaveWritten = false;
  #giveUp: ((reason: Error) => void) | undefined;

  private constructor(
    kafka: KafkaConnection,
    client: ClusterClient,
    coordinator: TransactionCoordinator,
    epoch: ProducerEpoch,
    identity: { transactionalId: string; deadlineMs: number; owns: readonly TopicPartition[] },
  ) {
    this.#kafka = kafka;
    this.#client = client;
    this.#coordinator = coordinator;
    this.producerId = epoch.producerId;
    this.producerEpoch = epoch.producerEpoch;
    this.#transactionalId = identity.transactionalId;
    this.#deadlineMs = identity.deadlineMs;
    this.#owns = identity.owns;
  }

  /**
   * Throws `KafkaUnavailable` when it did not succeed within `openDeadlineMs`; earlier writers may be fenced by then. Throws
   * `TransactionLeftOpen` when brokers have left a transaction open and do not tell how it ended.
   */
  static async open(
    kafka: KafkaConnection,
    transactionalId: string,
    { transactionTimeoutMs = 10_000, deadlineMs = 5_000, openDeadlineMs = 10_000, owns = [] }: WriterOptions = {},
  ): Promise<TransactionalWriter> {
    if (deadlineMs >= transactionTimeoutMs) throw new RangeError('deadlineMs must be less than transactionTimeoutMs.');
    const client = kafka.openClient();
    const coordinator = new TransactionCoordinator(client, transactionalId);
    const attempt = async () => {
      try {
        return await coordinator.initProducerId(transactionTimeoutMs);
      } catch (error) {
        if (!isConcurrentTransactions(error)) coordinator.forget();
        throw error;
      }
    };
    const isRetriable = (error: unknown) => isConcurrentTransactions(error) || isTransient(error);
    try {
      const what = `open the transactional writer ${transactionalId}`;
      const deadline = new Deadline(openDeadlineMs);
      const epoch = await deadline.retry(what, attempt, isRetriable);
      const writer = new TransactionalWriter(kafka, client, coordinator, epoch, { transactionalId, deadlineMs, owns });
      await deadline.bound(writer.#finishWhatIsOpen(deadline, () => lastOutcome(client, transactionalId)));
      return writer;
    } catch (error) {
      kafka.closeClient(client);
      if (error instanceof KafkaUnavailable || error instanceof TransactionLeftOpen) throw error;
      throw new KafkaUnavailable(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  /**
   * Appends the batch as one transaction: readers see all of its records or none. Resolves when the commit is durable,
   * in the order of the batch; readers see it moments later, before anything that this id commits next.
   *
   * Throws `WriteFailure`, and then the writer is dead. Its outcome is `not-written` up to the moment in which a
   * produce request is handed to a connection, and `unknown` from then on, whatever a broker says: even a clean abort
   * may be refused, and a commit may have happened whose reply is lost.
   *
   * A batch names each partition once and has a record for each; anything else is a `RangeError`, without any effect.
   */
  async commit(batch: readonly PartitionRecords[]): Promise<CommittedPartition[]> {
    requireWellFormed(batch);
    if (this.#state === 'busy') throw new RangeError('A writer commits one batch at a time.');
    const attempt = this.#attemptOf(batch);
    if (this.#state === 'dead') throw new WriteFailure('not-written', false, attempt, new Error('The writer is dead.'));
    this.#state = 'busy';
    this.#mayHaveWritten = false;
    try {
      const committed = await this.#withinDeadline(this.#write(batch, attempt));
      for (const { topic, partition, firstSequence, count } of attempt.partitions) {
        this.#sequences.set(nameOf({ topic, partition }), advanceSequence(firstSequence, count));
      }
      this.#state = 'idle';
      return committed;
    } catch (cause) {
      this.#die();
      throw new WriteFailure(this.#mayHaveWritten ? 'unknown' : 'not-written', isFenced(cause), attempt, cause);
    }
  }

  /** Cuts the connections at once; a commit in flight fails like one whose connection is lost. Fences nobody. */
  close(): void {
    this.#giveUp?.(new Error('The writer was closed.'));
    this.#die();
  }

  async #write(batch: readonly PartitionRecords[], attempt: Attempt): Promise<CommittedPartition[]> {
    const encoded = batch.map(({ topic, partition, records }, index): EncodedPartition => {
      const { firstSequence } = attempt.partitions[index]!;
      return { topic, partition, batch: encodeRecordBatch(records, { ...attempt, firstSequence }) };
    });
    // What this writer has committed is committed, even if the broker that ended it has died before all readers could see it.
    if (this.#client.hasLostConnection) {
      await this.#finishWhatIsOpen(new Deadline(this.#deadlineMs), async () => 'commit');
    }
    await this.#retryRefused(() => this.#coordinator.addPartitions(attempt, encoded), isConnectionLoss);
    const leaders = [];
    for (const partition of encoded) {
      leaders.push({ partition, leader: await this.#client.leaderOf(partition.topic, partition.partition) });
    }
    const perLeader = [...Map.groupBy(leaders, ({ leader }) => leader)];
    const appended = await Promise.all(
      perLeader.map(async ([leader, led]) => {
        const partitions = led.map(({ partition }) => partition);
        const request = produceRequest(this.#transactionalId, partitions, this.#deadlineMs, () => this.#onLeaving());
        return appendedBatches(partitions, await this.#client.send(leader, request));
      }),
    );
    await this.#retryRefused(
      () => this.#coordinator.end(attempt, 'commit'),
      () => false,
    );
    return inOrderOf(batch, appended.flat());
  }

  /** Writes the markers that a broker has not, see {@link unfinishedIn}, in an empty transaction that ends the same way. */
  async #finishWhatIsOpen(deadline: Deadline, outcomeOf: () => Promise<Outcome | undefined>): Promise<void> {
    const open = await unfinishedIn(this.#client, this.#owns, deadline);
    if (open.length === 0) return;
    const outcome = await deadline.retry('read how the last transaction ended', outcomeOf, isTransient);
    if (outcome === undefined) throw new TransactionLeftOpen(this.#transactionalId, open);
    const fields = { transactionalId: this.#transactionalId, partitions: open, outcome };
    this.#kafka.logger.warn(fields, 'a broker has left the last transaction open: ending it');
    await this.#retryRefused(() => this.#coordinator.addPartitions(this, open), isConnectionLoss);
    await this.#retryRefused(
      () => this.#coordinator.end(this, outcome),
      () => false,
    );
    const still = await unfinishedIn(this.#client, open, deadline);
    if (still.length > 0) throw new KafkaUnavailable(`The transaction of ${this.#transactionalId} is still open.`);
  }

  #onLeaving(): void {
    if (this.#state !== 'busy') throw new Error('The writer is dead.');
    this.#mayHaveWritten = true;
  }

  /** Repeats a request that the coordinator refused without doing anything, until it is served or the writer is dead. */
  async #retryRefused(request: () => Promise<void>, isHarmless: (error: unknown) => boolean): Promise<void> {
    for (;;) {
      try {
        return await request();
      } catch (error) {
        const moved = isCoordinatorElsewhere(error) || isHarmless(error);
        if (this.#state === 'dead' || !(moved || isConcurrentTransactions(error))) throw error;
        if (moved) this.#coordinator.forget();
        await sleep(moved ? 20 : 1);
      }
    }
  }

  async #withinDeadline<T>(work: Promise<T>): Promise<T> {
    const givenUp = new Promise<never>((_resolve, reject) => (this.#giveUp = reject));
    const timer = setTimeout(
      () => this.#giveUp?.(new Error(`The transaction did not end within ${this.#deadlineMs} ms.`)),
      this.#deadlineMs,
    );
    try {
      return await Promise.race([work, givenUp]);
    } finally {
      clearTimeout(timer);
      this.#giveUp = undefined;
    }
  }

  #attemptOf(batch: readonly PartitionRecords[]): Attempt {
    return {
      producerId: this.producerId,
      producerEpoch: this.producerEpoch,
      partitions: batch.map(({ topic, partition, records }) => ({
        topic,
        partition,
        firstSequence: this.#sequences.get(nameOf({ topic, partition })) ?? 0,
        count: records.length,
      })),
    };
  }

  #die(): void {
    this.#state = 'dead';
    this.#kafka.closeClient(this.#client);
  }
}

function requireWellFormed(batch: readonly PartitionRecords[]): void {
  const names = new Set(batch.map(nameOf));
  if (names.size !== batch.length || batch.length === 0 || batch.some(({ records }) => records.length === 0)) {
    throw new RangeError('A batch names each partition once, and has at least one record for each.');
  }
}

const inOrderOf = (
  batch: readonly PartitionRecords[],
  committed: readonly CommittedPartition[],
): CommittedPartition[] =>
  batch.map(({ topic, partition }) => committed.find((one) => one.topic === topic && one.partition === partition)!);
