/** How to reach a Kafka cluster. Certificates and keys are PEM text. */
export interface KafkaSettings {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  readonly sasl?: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  };
}

/** A record to be written. The partition is chosen by the caller, never by the client. */
export interface OutgoingRecord {
  readonly key: string;
  /** `null` deletes the key of a compacted topic. */
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly timestamp: number;
}

/** The records of one partition in one transaction, in order. */
export interface PartitionRecords {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly OutgoingRecord[];
}

/**
 * A committed record as read back. Offsets are safe integers. Some properties are decoded when they are asked for, so a
 * spread does not copy them.
 */
export interface LogRecord {
  readonly offset: number;
  /** Epoch milliseconds. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer | string | (Buffer | string)[] | undefined>>;
  /** Who wrote it: the producer id and epoch of the transaction, and the record's sequence in that epoch. */
  readonly producerId: string;
  readonly producerEpoch: number;
  readonly sequence: number;
  /** Whether it was written in a transaction, as far as that is known. */
  readonly isTransactional?: boolean;
}

/** Names one attempt to commit a batch, so that its records can be recognised in the log afterwards. */
export interface Attempt {
  readonly producerId: string;
  readonly producerEpoch: number;
  readonly partitions: readonly {
    readonly topic: string;
    readonly partition: number;
    readonly firstSequence: number;
    readonly count: number;
  }[];
}

/** Where a committed batch stands: the offset of its first record in each partition that it wrote. */
export interface CommittedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly baseOffset: number;
}
