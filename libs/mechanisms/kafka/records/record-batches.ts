import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { LogRecord } from '../types.ts';
import { FetchedRecord } from './log-record.ts';
import { RecordCursor } from './record-cursor.ts';

const LENGTH_POSITION = 8;
const PREFIX_SIZE = 12;
const HEADER_SIZE = 61;
const MAGIC = 2;
const [COMPRESSION, APPEND_TIME, TRANSACTIONAL, CONTROL] = [0x07, 0x08, 0x10, 0x20];
const ABORT = 0;

const decompress: Record<number, ((bytes: Buffer) => Buffer) | undefined> = {
  0: (bytes) => bytes,
  1: gunzipSync,
  4: zstdDecompressSync,
};

export interface AbortedTransaction {
  readonly producerId: string;
  readonly firstOffset: number;
}

export interface DecodedBatches {
  /** Committed data records from the position on, in order. */
  readonly records: LogRecord[];
  /** Behind the last whole batch, also where compaction took its last records; the position if there is no whole one. */
  readonly nextOffset: number;
  readonly isEmpty: boolean;
}

/**
 * What readers of committed records see of a fetched record set (kafka.apache.org/documentation/#recordbatch): neither
 * records of aborted transactions nor control records, nor what stands before the position in its first batch. A broker
 * cuts the last batch where the answer is full, so a part of one at the end is left. Throws for a codec other than gzip
 * and zstd.
 */
export function decodeRecordBatches(
  bytes: Buffer,
  position: number,
  aborted: readonly AbortedTransaction[],
): DecodedBatches {
  // Brokers list them in the order in which they were aborted.
  const toCome = aborted.toSorted((a, b) => a.firstOffset - b.firstOffset);
  const abortedProducers = new Set<string>();
  const records: LogRecord[] = [];
  let nextOffset = position;
  let at = 0;
  while (at + HEADER_SIZE <= bytes.length) {
    const end = at + PREFIX_SIZE + bytes.readInt32BE(at + LENGTH_POSITION);
    if (end > bytes.length) break;
    const header = readHeader(bytes.subarray(at, end));
    const { producerId, lastOffset } = header;
    while (toCome.length > 0 && toCome[0]!.firstOffset <= lastOffset) abortedProducers.add(toCome.shift()!.producerId);
    if (header.isControl) {
      if (isAbort(header)) abortedProducers.delete(producerId);
    } else if (!(header.isTransactional && abortedProducers.has(producerId))) {
      for (const record of recordsOf(header)) if (record.offset >= position) records.push(record);
    }
    nextOffset = Math.max(nextOffset, lastOffset + 1);
    at = end;
  }
  return { records, nextOffset, isEmpty: at === 0 };
}

type Header = ReturnType<typeof readHeader>;

function readHeader(bytes: Buffer) {
  const magic = bytes.readInt8(16);
  if (magic !== MAGIC) throw new Error(`Record batches of the format ${magic} are not supported.`);
  const attributes = bytes.readInt16BE(21);
  const baseOffset = Number(bytes.readBigInt64BE(0));
  return {
    baseOffset,
    lastOffset: baseOffset + bytes.readInt32BE(23),
    isTransactional: (attributes & TRANSACTIONAL) !== 0,
    isControl: (attributes & CONTROL) !== 0,
    codec: attributes & COMPRESSION,
    firstTimestamp: Number(bytes.readBigInt64BE(27)),
    appendTimestamp: attributes & APPEND_TIME ? Number(bytes.readBigInt64BE(35)) : undefined,
    producerId: String(bytes.readBigInt64BE(43)),
    producerEpoch: bytes.readInt16BE(51),
    firstSequence: bytes.readInt32BE(53),
    count: bytes.readInt32BE(57),
    bytes,
  };
}

function recordsOf({ bytes, codec, count, ...header }: Header): FetchedRecord[] {
  if (count === 0) return []; // what compaction leaves keeps its codec, but has nothing to decompress
  const inflate = decompress[codec];
  if (!inflate) throw new Error(`Records compressed with codec ${codec} are not supported: use gzip or zstd.`);
  const batch = { ...header, content: inflate(bytes.subarray(HEADER_SIZE)) };
  const cursor = new RecordCursor(batch.content, 0);
  return Array.from({ length: count }, () => new FetchedRecord(batch, cursor));
}

/** The key of a control record is its version and its type. One that was compacted away ended nothing here. */
const isAbort = (header: Header): boolean => recordsOf(header)[0]?.key?.readInt16BE(2) === ABORT;
