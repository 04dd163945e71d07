import { decodeHeaders } from '#mechanisms/dead-letters/index';
import type { DeadLetter, DeadLetterRecord, RecordHeaders } from '#mechanisms/dead-letters/index';
import type { LogRecord } from '#mechanisms/kafka/index';
import { schemaOf } from '../projection.ts';

/** A row of `parked_events` or of `discarded_events`, as far as both have it. */
export interface StoredLetter {
  readonly projection: string;
  readonly version: number;
  readonly topic: string;
  readonly partition: number;
  readonly record_offset: string;
  readonly record_timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, readonly (string | null)[]>>;
  readonly event_id: string | null;
  readonly behind_offset: string | null;
  readonly error: string;
  readonly attempts: number;
  readonly first_failed_at: Date;
  readonly last_failed_at: Date;
}

/** The row as the rest of the world knows it. */
export const toLetter = (row: StoredLetter): DeadLetter => ({
  consumer: schemaOf(row.projection, row.version),
  topic: row.topic,
  partition: row.partition,
  offset: Number(row.record_offset),
  entity: row.key && row.key.toString(),
  eventId: row.event_id,
  behindOffset: row.behind_offset === null ? null : Number(row.behind_offset),
  error: row.error,
  attempts: row.attempts,
  firstFailedAt: row.first_failed_at.getTime(),
  lastFailedAt: row.last_failed_at.getTime(),
});

/** The same with its bytes. */
export const toLetterRecord = (row: StoredLetter): DeadLetterRecord => ({
  ...toLetter(row),
  key: row.key,
  value: row.value,
  headers: decodeHeaders(row.headers),
  timestamp: Number(row.record_timestamp),
});

/** The record as it was read from its topic; who produced it is not kept. */
export const toLogRecord = ({ offset, timestamp, key, value, headers }: DeadLetterRecord): LogRecord => ({
  offset,
  timestamp,
  key,
  value,
  headers: toLogHeaders(headers),
  producerId: '-1',
  producerEpoch: -1,
  sequence: -1,
});

const toLogHeaders = (headers: RecordHeaders): LogRecord['headers'] =>
  Object.fromEntries(
    Object.entries(headers).map(([name, values]) => {
      const known = values.filter((value) => value !== null);
      return [name, known.length > 1 ? known : known[0]];
    }),
  );
