import type { EventCounts } from '../batches/checkpoints.ts';

/** One topic partition of one projection, as the process that reads it sees it. */
export interface PartitionStatus {
  readonly topic: string;
  readonly partition: number;
  /** The next offset to read; -1 until the checkpoint was found. */
  readonly position: number;
  /** Offsets up to the end of the partition; infinite until it is known. */
  readonly lag: number;
  /** `waiting`: for PostgreSQL, Kafka or a schema. `stopped`: at an event that cannot be projected. Both try again. */
  readonly state: 'running' | 'waiting' | 'stopped';
  readonly error?: string;
  /** Of the projection since it began, whichever process projected them. */
  readonly counts: EventCounts;
}

export interface ProjectionStatus {
  /** The schema of a version. */
  readonly projection: string;
  /** Queries are answered from it. */
  readonly isCurrent: boolean;
  readonly isPaused: boolean;
  /** Those that this process reads; others read the rest. */
  readonly partitions: readonly PartitionStatus[];
  /** Why it is in no consumer group. */
  readonly error?: string;
}

export interface ProjectionsStatus {
  /** Whether the tables were made and each projection has a version to answer from. */
  readonly started: boolean;
  /** Why not. */
  readonly error?: string;
  readonly projections: readonly ProjectionStatus[];
}
