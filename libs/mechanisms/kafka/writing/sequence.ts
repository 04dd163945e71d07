import type { Attempt, LogRecord } from '../types.ts';

const WRAP = 2 ** 31;

/** A sequence number `count` records later: they wrap to 0 after 2^31 - 1 (Java: DefaultRecordBatch.incrementSequence). */
export const advanceSequence = (sequence: number, count: number): number => (sequence + count) % WRAP;

/** Whether the record, read from this partition, was written by the attempt. One record of a batch decides for all. */
export function belongsTo(
  attempt: Attempt,
  topic: string,
  partition: number,
  record: Pick<LogRecord, 'producerId' | 'producerEpoch' | 'sequence'>,
): boolean {
  if (record.producerId !== attempt.producerId || record.producerEpoch !== attempt.producerEpoch) return false;
  return attempt.partitions.some(
    (written) =>
      written.topic === topic &&
      written.partition === partition &&
      (record.sequence - written.firstSequence + WRAP) % WRAP < written.count,
  );
}
