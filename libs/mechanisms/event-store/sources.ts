import type { FollowedChunk, LogRecord } from '#mechanisms/kafka/index';

/** The foreign topics that a context reacts to, as the event store needs them. */
export interface SourceLog {
  readonly topics: readonly string[];
  /** Of every one of the topics. */
  readonly partitions: number;
  endOffset(topic: string, partition: number): Promise<number>;
  /** The committed records with offset in [from, to). @throws a non-retriable error when `from` is not there */
  read(topic: string, partition: number, from: number, to: number): AsyncIterable<LogRecord[]>;
  /** The committed records from an offset on, without an end, one chunk a fetch, also when it brought none. */
  follow(topic: string, partition: number, from: number): AsyncIterable<FollowedChunk>;
}

/** A context that reacts to nothing. */
export const NO_SOURCES: SourceLog = {
  topics: [],
  partitions: 0,
  endOffset: () => Promise.reject(new Error('no sources')),
  read: () => {
    throw new Error('no sources');
  },
  follow: () => {
    throw new Error('no sources');
  },
};
