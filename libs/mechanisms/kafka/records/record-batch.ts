import type { OutgoingRecord } from '../types.ts';
import { crc32c } from './crc32c.ts';

const HEADER_SIZE = 61;
const CRC_POSITION = 17;
const ATTRIBUTES_POSITION = 21;
const MAGIC = 2;
const TRANSACTIONAL = 0x10;

/** Whose transaction a batch belongs to, and the sequence of its first record in that producer epoch. */
export interface BatchProducer {
  readonly producerId: string;
  readonly producerEpoch: number;
  readonly firstSequence: number;
}

/**
 * A record batch (magic 2, uncompressed, transactional) as kafka.apache.org/documentation/#recordbatch lays it out, in
 * one buffer of the right size. kafkajs' encoder makes ten buffers per record, which costs most of a transaction.
 */
export function encodeRecordBatch(records: readonly OutgoingRecord[], producer: BatchProducer): Buffer {
  const firstTimestamp = records[0]?.timestamp ?? 0;
  const sized = records.map((record, index) => sizeOf(record, index, record.timestamp - firstTimestamp));
  const size = sized.reduce((sum, { bodySize }) => sum + varIntSize(bodySize) + bodySize, HEADER_SIZE);
  const batch = Buffer.allocUnsafe(size);
  batch.writeBigInt64BE(0n, 0); // the broker sets the offset
  batch.writeInt32BE(size - 12, 8);
  batch.writeInt32BE(-1, 12); // the leader's epoch: not known to a producer
  batch.writeInt8(MAGIC, 16);
  batch.writeInt16BE(TRANSACTIONAL, ATTRIBUTES_POSITION);
  batch.writeInt32BE(records.length - 1, 23);
  batch.writeBigInt64BE(BigInt(firstTimestamp), 27);
  batch.writeBigInt64BE(BigInt(records.reduce((max, { timestamp }) => Math.max(max, timestamp), firstTimestamp)), 35);
  batch.writeBigInt64BE(BigInt(producer.producerId), 43);
  batch.writeInt16BE(producer.producerEpoch, 51);
  batch.writeInt32BE(producer.firstSequence, 53);
  batch.writeInt32BE(records.length, 57);
  let at = HEADER_SIZE;
  for (const [index, record] of sized.entries()) at = writeRecord(batch, at, index, record);
  batch.writeUInt32BE(crc32c(batch, ATTRIBUTES_POSITION), CRC_POSITION);
  return batch;
}

interface SizedRecord {
  readonly record: OutgoingRecord;
  readonly timestampDelta: number;
  readonly keySize: number;
  readonly headers: readonly [name: string, value: string, nameSize: number, valueSize: number][];
  readonly bodySize: number;
}

function sizeOf(record: OutgoingRecord, index: number, timestampDelta: number): SizedRecord {
  const keySize = Buffer.byteLength(record.key);
  const headers = Object.entries(record.headers ?? {}).map(([name, value]): SizedRecord['headers'][number] => [
    name,
    value,
    Buffer.byteLength(name),
    Buffer.byteLength(value),
  ]);
  let bodySize = 1 + varIntSize(timestampDelta) + varIntSize(index) + varIntSize(keySize) + keySize;
  bodySize += record.value === null ? varIntSize(-1) : varIntSize(record.value.length) + record.value.length;
  bodySize += varIntSize(headers.length);
  for (const [, , nameSize, valueSize] of headers) {
    bodySize += varIntSize(nameSize) + nameSize + varIntSize(valueSize) + valueSize;
  }
  return { record, timestampDelta, keySize, headers, bodySize };
}

function writeRecord(into: Buffer, start: number, index: number, sized: SizedRecord): number {
  const { key, value } = sized.record;
  let at = writeVarInt(into, start, sized.bodySize);
  at = into.writeInt8(0, at); // attributes: none are defined
  at = writeVarInt(into, at, sized.timestampDelta);
  at = writeVarInt(into, at, index);
  at = writeVarInt(into, at, sized.keySize);
  at += into.write(key, at);
  at = writeVarInt(into, at, value === null ? -1 : value.length);
  if (value !== null) at += value.copy(into, at);
  at = writeVarInt(into, at, sized.headers.length);
  for (const [name, text, nameSize, textSize] of sized.headers) {
    at = writeVarInt(into, at, nameSize);
    at += into.write(name, at);
    at = writeVarInt(into, at, textSize);
    at += into.write(text, at);
  }
  return at;
}

/** Small magnitudes of either sign become small numbers. Not by shifting: deltas of timestamps exceed 32 bits. */
const zigZag = (value: number): number => (value >= 0 ? value * 2 : -value * 2 - 1);

function varIntSize(value: number): number {
  let size = 1;
  for (let rest = zigZag(value); rest >= 128; rest = Math.floor(rest / 128)) size += 1;
  return size;
}

function writeVarInt(into: Buffer, start: number, value: number): number {
  let at = start;
  let rest = zigZag(value);
  for (; rest >= 128; rest = Math.floor(rest / 128)) into[at++] = (rest % 128) | 128;
  into[at++] = rest;
  return at;
}
