import { setImmediate as nextTurn } from 'node:timers/promises';
import { WriteFailure } from '#mechanisms/kafka/index';
import type { Attempt, CommittedPartition, FollowedChunk, LogRecord, OutgoingRecord } from '#mechanisms/kafka/index';
import type { SourceLog } from '../sources.ts';
import type { PartitionLog, PartitionWriter, TopicRecords } from './partition-log.ts';

/** How the next commit fails: before anything was written, or with its reply lost after it was or was not committed. */
export type Fault = 'not-written' | 'unknown-committed' | 'unknown-lost';

/** As `OutgoingRecord`, but it may be without a key. */
type StrangersRecord = Omit<OutgoingRecord, 'key'> & { readonly key: string | null };

interface Stored {
  records: LogRecord[];
  next: number;
}

/**
 * The event store's port in memory, for tests and simulation: one broker's worth of topics with Kafka's fencing, atomic
 * commits, transaction markers that take an offset, and faults on demand. Nothing survives the process.
 */
export class InMemoryLog {
  private readonly stored = new Map<string, Stored>();
  private readonly epochs = new Map<string, number>();
  private readonly faults: Fault[] = [];

  failNext(...faults: Fault[]): void {
    this.faults.push(...faults);
  }

  /** Removes every record of a topic's partition, as a deleted and recreated topic would. */
  truncate(topic: string, partition: number): void {
    this.stored.delete(`${topic}-${partition}`);
  }

  /** Removes the records of a topic whose key matches, in every partition. */
  forget(topic: string, matches: (key: string) => boolean): void {
    for (const [name, stored] of this.stored) {
      if (!name.startsWith(`${topic}-`)) continue;
      stored.records = stored.records.filter(({ key }) => !matches(key?.toString() ?? ''));
    }
  }

  /** Appends a record that nobody in the suite has written. */
  write(topic: string, partition: number, { key, headers = {}, ...record }: StrangersRecord): void {
    const stored = this.topic(topic, partition);
    const writer = { producerId: '-1', producerEpoch: -1, sequence: -1, isTransactional: false };
    stored.records.push({
      ...record,
      headers,
      offset: stored.next,
      key: key === null ? null : Buffer.from(key),
      ...writer,
    });
    stored.next += 1;
  }

  /** Leaves the last record of each key in a topic's partition, as compaction does in the end. */
  compact(topic: string, partition: number): void {
    const stored = this.topic(topic, partition);
    const last = new Map(stored.records.map((record) => [record.key?.toString(), record]));
    stored.records = stored.records.filter((record) => last.get(record.key?.toString()) === record);
  }

  /** Other contexts' topics as a source of reactions. */
  sources(topics: readonly string[], partitions: number): SourceLog {
    return {
      topics,
      partitions,
      endOffset: async (topic, partition) => this.topic(topic, partition).next,
      read: (topic, partition, from, to) => this.read(topic, partition, from, to),
      follow: (topic, partition, from) => this.follow(topic, partition, from),
    };
  }

  partitionOf(entity: string, partition: number): PartitionLog {
    return {
      partition,
      open: async () => this.open(`${entity}-${partition}`, partition),
      startOffset: async () => 0,
      endOffset: async (topic) => this.topic(topic, partition).next,
      read: (topic, from, to) => this.read(topic, partition, from, to),
    };
  }

  private async open(transactionalId: string, partition: number): Promise<PartitionWriter> {
    await nextTurn();
    const epoch = (this.epochs.get(transactionalId) ?? -1) + 1;
    this.epochs.set(transactionalId, epoch);
    const sequences = new Map<string, number>();
    return {
      commit: async (batch) => {
        const attempt = attemptOf(transactionalId, epoch, partition, batch, sequences);
        await nextTurn();
        const fault = this.faults.shift();
        if (fault === 'not-written') throw new WriteFailure('not-written', false, attempt, 'injected');
        if (this.epochs.get(transactionalId) !== epoch) throw new WriteFailure('not-written', true, attempt, 'fenced');
        if (fault === 'unknown-lost') throw new WriteFailure('unknown', false, attempt, 'injected');
        const committed = batch.map((part, index) => this.append(part, attempt, index));
        if (fault === 'unknown-committed') throw new WriteFailure('unknown', false, attempt, 'injected');
        return committed;
      },
      close: async () => undefined,
    };
  }

  private append({ topic, records }: TopicRecords, attempt: Attempt, index: number): CommittedPartition {
    const { partition, firstSequence } = attempt.partitions[index]!;
    const stored = this.topic(topic, partition);
    const baseOffset = stored.next;
    for (const [position, { key, value, headers = {}, timestamp }] of records.entries()) {
      stored.records.push({
        offset: baseOffset + position,
        timestamp,
        key: Buffer.from(key),
        value,
        headers,
        producerId: attempt.producerId,
        producerEpoch: attempt.producerEpoch,
        sequence: firstSequence + position,
      });
    }
    stored.next = baseOffset + records.length + 1;
    return { topic, partition, baseOffset };
  }

  private async *read(topic: string, partition: number, from: number, to: number): AsyncGenerator<LogRecord[]> {
    await nextTurn();
    const found = this.topic(topic, partition).records.filter(({ offset }) => offset >= from && offset < to);
    if (found.length > 0) yield found;
  }

  private async *follow(topic: string, partition: number, from: number): AsyncGenerator<FollowedChunk> {
    for (let position = from; ; await nextTurn()) {
      const { records, next } = this.topic(topic, partition);
      const found = records.filter(({ offset }) => offset >= position);
      position = Math.max(position, next);
      yield { records: found, nextOffset: position };
    }
  }

  private topic(topic: string, partition: number): Stored {
    const name = `${topic}-${partition}`;
    const stored = this.stored.get(name) ?? { records: [], next: 0 };
    this.stored.set(name, stored);
    return stored;
  }
}

/** What a writer of an epoch is about to append; `sequences` counts on from one commit to the next. */
export function attemptOf(
  producerId: string,
  producerEpoch: number,
  own: number,
  batch: readonly TopicRecords[],
  sequences: Map<string, number>,
): Attempt {
  const partitions = batch.map(({ topic, partition = own, records }) => {
    const name = `${topic}-${partition}`;
    const firstSequence = sequences.get(name) ?? 0;
    sequences.set(name, firstSequence + records.length);
    return { topic, partition, firstSequence, count: records.length };
  });
  return { producerId, producerEpoch, partitions };
}
