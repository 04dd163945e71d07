import type { LogRecord } from '#mechanisms/kafka/index';

/** A record that a consumer has put aside; times in epoch milliseconds. */
export interface DeadLetter {
  /** Who put it aside: `orders_v1`, `customer-command.reactions`. */
  readonly consumer: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** The record's key as text; null when it has none. */
  readonly entity: string | null;
  readonly eventId: string | null;
  /** The offset that it waits behind; null when it failed itself. */
  readonly behindOffset: number | null;
  readonly error: string;
  /** How often it was tried, 0 when it only waits. */
  readonly attempts: number;
  readonly firstFailedAt: number;
  readonly lastFailedAt: number;
}

/** Of each header all its values, in their order. */
export type RecordHeaders = Readonly<Record<string, readonly (Buffer | null)[]>>;

/** A dead letter with the record's original bytes. */
export interface DeadLetterRecord extends DeadLetter {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: RecordHeaders;
  /** As its producer said, however odd. */
  readonly timestamp: number;
}

/** Where the dead letters of an events topic are published: the same number of partitions. */
export const deadLetterTopicOf = (topic: string): string => `${topic}-dlq`;

const CONTENT_TYPE = { 'content-type': 'application/json' };

/**
 * The record on the dead letter topic: the original key, and JSON around the original bytes in base64. It belongs to the
 * partition that the original stood in. The same letter may be published more than once.
 */
export function publishedLetter(letter: DeadLetterRecord) {
  const envelope = {
    ...letter,
    firstFailedAt: new Date(letter.firstFailedAt).toISOString(),
    lastFailedAt: new Date(letter.lastFailedAt).toISOString(),
    key: encode(letter.key),
    value: encode(letter.value),
    headers: encodeHeaders(letter.headers),
  };
  const value = Buffer.from(JSON.stringify(envelope));
  return { key: letter.key, value, headers: CONTENT_TYPE, timestamp: letter.lastFailedAt };
}

/** A record's headers as dead letters have them: copies, a value that is missing as null. */
export const headersOf = ({ headers }: Pick<LogRecord, 'headers'>): RecordHeaders =>
  Object.fromEntries(
    Object.entries(headers).map(([name, values]) => [
      name,
      [values].flat().map((value) => (value === undefined ? null : Buffer.from(value as Buffer))),
    ]),
  );

/** Headers as JSON: of each name all its values in base64. */
export const encodeHeaders = (headers: RecordHeaders): Record<string, (string | null)[]> =>
  Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, values.map(encode)]));

/** The inverse of {@link encodeHeaders}. */
export const decodeHeaders = (headers: Readonly<Record<string, readonly (string | null)[]>>): RecordHeaders =>
  Object.fromEntries(
    Object.entries(headers).map(([name, values]) => [
      name,
      values.map((value) => (value === null ? null : Buffer.from(value, 'base64'))),
    ]),
  );

const encode = (bytes: Buffer | null): string | null => bytes && bytes.toString('base64');
