import type { CommittedPartition, LogRecord, OutgoingRecord } from '#mechanisms/kafka/index';

/** The records for one of the entity's topics in one transaction. */
export interface TopicRecords {
  readonly topic: string;
  /** The log's own by default; another's only in topics that no owner reads. */
  readonly partition?: number;
  readonly records: readonly OutgoingRecord[];
}

/**
 * One partition number of an entity's topics, as the owner uses it: the storage port of the event store.
 * Kafka's guarantees, no more: `open` fences and settles, a commit is atomic over the topics, reads see committed records only.
 */
export interface PartitionLog {
  readonly partition: number;
  /** Fences every earlier writer of this partition and settles what it left open. @throws an error with `retriable` */
  open(): Promise<PartitionWriter>;
  /** The offset of the oldest record that is still there. */
  startOffset(topic: string): Promise<number>;
  /** The offset after the newest committed record; call it after `open`, else an earlier writer may still add to it. */
  endOffset(topic: string): Promise<number>;
  /** The committed records with offset in [from, to), in order, in chunks. */
  read(topic: string, from: number, to: number): AsyncIterable<LogRecord[]>;
}

export interface PartitionWriter {
  /** Writes all or nothing; calls never overlap. @throws WriteFailure, after which the writer is dead */
  commit(batch: readonly TopicRecords[]): Promise<CommittedPartition[]>;
  close(): Promise<void>;
}
