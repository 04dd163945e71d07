import type { LogRecord } from '../types.ts';
import { advanceSequence } from '../writing/sequence.ts';
import { RecordCursor } from './record-cursor.ts';

/** What the records of one batch have in common. */
export interface RecordBatch {
  /** The records, not compressed. */
  readonly content: Buffer;
  readonly baseOffset: number;
  readonly firstTimestamp: number;
  /** The one timestamp of all, where the broker sets it on append. */
  readonly appendTimestamp: number | undefined;
  readonly producerId: string;
  readonly producerEpoch: number;
  readonly firstSequence: number;
  readonly isTransactional: boolean;
}

type Headers = Record<string, Buffer | (Buffer | string)[] | undefined>;

/**
 * A record where it stands in what was fetched; key, value and headers are decoded when they are asked for. A reader has
 * tens of thousands of these at a time, and what each holds costs most in the garbage collection.
 */
export class FetchedRecord implements LogRecord {
  readonly offset: number;
  private readonly batch: RecordBatch;
  private readonly timestampDelta: number;
  private readonly keyAt: number;
  private cachedHeaders: Headers | undefined;

  /** Reads the record at the cursor, which then stands behind it. */
  constructor(batch: RecordBatch, cursor: RecordCursor) {
    const size = cursor.varInt();
    const end = cursor.at + size;
    cursor.at += 1; // attributes: none are defined
    this.timestampDelta = cursor.varInt();
    this.offset = batch.baseOffset + cursor.varInt();
    this.batch = batch;
    this.keyAt = cursor.at;
    this.cachedHeaders = undefined;
    if (!(cursor.at < end && end <= batch.content.length)) throw new Error(`The record ${this.offset} is corrupt.`);
    cursor.at = end;
  }

  get timestamp(): number {
    return this.batch.appendTimestamp ?? this.batch.firstTimestamp + this.timestampDelta;
  }

  get key(): Buffer | null {
    return this.cursor().bytes();
  }

  get value(): Buffer | null {
    return this.cursor().skip().bytes();
  }

  get headers(): LogRecord['headers'] {
    return (this.cachedHeaders ??= headersOf(this.cursor().skip().skip()));
  }

  /** One of the {@link headers}, without making the others. */
  header(name: string): Headers[string] {
    if (this.cachedHeaders) return this.cachedHeaders[name];
    const cursor = this.cursor().skip().skip();
    let values: Headers[string];
    for (let left = cursor.varInt(); left > 0; left -= 1) {
      if (cursor.isText(name)) values = joined(values, cursor.bytes());
      else cursor.skip();
    }
    return values;
  }

  get producerId(): string {
    return this.batch.producerId;
  }

  get producerEpoch(): number {
    return this.batch.producerEpoch;
  }

  get isTransactional(): boolean {
    return this.batch.isTransactional;
  }

  get sequence(): number {
    const { firstSequence, baseOffset } = this.batch;
    return firstSequence < 0 ? -1 : advanceSequence(firstSequence, this.offset - baseOffset);
  }

  private cursor(): RecordCursor {
    return new RecordCursor(this.batch.content, this.keyAt);
  }
}

/** A name that occurs more than once has all its values. */
function headersOf(cursor: RecordCursor): Headers {
  const headers = Object.create(null) as Headers;
  for (let left = cursor.varInt(); left > 0; left -= 1) {
    const name = cursor.text();
    headers[name] = joined(headers[name], cursor.bytes());
  }
  return headers;
}

const joined = (before: Headers[string], value: Buffer | null): Headers[string] =>
  before === undefined || value === null ? (value ?? before) : [before, value].flat();

/** The header of a record with an ASCII name, as `record.headers` has it, but at less cost when it is the only one asked for. */
export const headerOf = (record: LogRecord, name: string): Headers[string] =>
  record instanceof FetchedRecord ? record.header(name) : (record.headers[name] as Headers[string]);
