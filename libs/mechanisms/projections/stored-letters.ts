import { decodeHeaders } from '#mechanisms/dead-letters/index';
import type { DeadLetterRecord } from '#mechanisms/dead-letters/index';

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
export const toLetter = (row: StoredLetter): DeadLetterRecord => ({
  consumer: `${row.projection}_v${row.version}`,
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
  key: row.key,
  value: row.value,
  headers: decodeHeaders(row.headers),
  timestamp: Number(row.record_timestamp),
});
