import { headersOf, publishedLetter } from '#mechanisms/dead-letters/index';
import type { LogRecord, OutgoingRecord } from '#mechanisms/kafka/index';
import type { ParkedFact } from './parked-fact.ts';

/** That a person has given a fact up. `at` is epoch milliseconds. */
export interface Discarded {
  readonly by: string;
  readonly reason: string;
  readonly at: number;
}

/** What the dead letter topic takes for certain; a fact that needs more is told without its bytes. */
const MOST_BYTES = 3_000_000;
const LONGEST_KEY = 1_000;

/** What the dead letter topic is told of a fact that is parked or, later, discarded. */
export function letterOf(
  { offset, sourceKey, eventId, behindOffset, error, attempts, firstFailedAt, lastFailedAt }: ParkedFact,
  record: LogRecord,
  place: { readonly consumer: string; readonly topic: string; readonly partition: number },
  discarded?: Discarded,
): OutgoingRecord {
  const original = bytesOf(record);
  const letter = {
    ...place,
    offset,
    entity: sourceKey,
    eventId: eventId || null,
    behindOffset,
    error,
    attempts,
    firstFailedAt,
    lastFailedAt,
    ...(discarded && { discarded: { ...discarded, at: new Date(discarded.at).toISOString() } }),
    timestamp: record.timestamp,
    ...original,
  };
  const whole = publishedLetter(letter);
  const { value, headers } =
    whole.value.length <= MOST_BYTES ? whole : publishedLetter({ ...letter, ...WITHOUT_BYTES });
  const key = record.key && record.key.length <= LONGEST_KEY ? record.key.toString() : '';
  return { key, value, headers, timestamp: discarded?.at ?? lastFailedAt };
}

const WITHOUT_BYTES = { key: null, value: null, headers: {}, omitted: true };

/** Key, value and headers as dead letters have them. */
export const bytesOf = (record: LogRecord) => ({ key: record.key, value: record.value, headers: headersOf(record) });
