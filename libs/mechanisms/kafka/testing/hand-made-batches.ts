import { gzipSync } from 'node:zlib';
import { encodeRecordBatch } from '../records/record-batch.ts';

const LENGTH = 8;
const ATTRIBUTES = 21;
const LAST_OFFSET_DELTA = 23;
const RECORD_COUNT = 57;
const HEADER_SIZE = 61;
const TRANSACTIONAL_CONTROL = 0x30;

/** A batch of a transaction as it stands in the log; each record's value is its key. */
export function batch(firstOffset: number, producerId: string, keys: readonly string[]): Buffer {
  const headers = { ce_id: 'ä', ce_type: '' };
  const records = keys.map((key, index) => ({ key, value: Buffer.from(key), headers, timestamp: 1_000 - index }));
  const bytes = encodeRecordBatch(records, { producerId, producerEpoch: 0, firstSequence: 0 });
  bytes.writeBigInt64BE(BigInt(firstOffset), 0);
  return bytes;
}

/** The control batch that ends a transaction. */
export function marker(offset: number, producerId: string, type: 'abort' | 'commit'): Buffer {
  const bytes = batch(offset, producerId, [type === 'abort' ? '\0\0\0\0' : '\0\0\0\u0001']);
  bytes.writeInt16BE(TRANSACTIONAL_CONTROL, ATTRIBUTES);
  return bytes;
}

/** What log compaction leaves of a batch when its last records are gone. */
export function withoutLast(bytes: Buffer, originalCount: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeInt32BE(originalCount - 1, LAST_OFFSET_DELTA);
  return copy;
}

/** What log compaction leaves of a batch when all its records are gone. */
export function emptied(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes.subarray(0, HEADER_SIZE));
  copy.writeInt32BE(HEADER_SIZE - 12, LENGTH);
  copy.writeInt32BE(0, RECORD_COUNT);
  return copy;
}

export function withAttribute(bytes: Buffer, attribute: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeInt16BE(copy.readInt16BE(ATTRIBUTES) | attribute, ATTRIBUTES);
  return copy;
}

export function compressed(bytes: Buffer, codec = 1, compress: (bytes: Buffer) => Buffer = gzipSync): Buffer {
  const whole = Buffer.concat([bytes.subarray(0, HEADER_SIZE), compress(bytes.subarray(HEADER_SIZE))]);
  whole.writeInt32BE(whole.length - 12, LENGTH);
  return withAttribute(whole, codec);
}
