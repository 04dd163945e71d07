import { UndecodableBytes } from './errors.ts';

/** Confluent wire format: one zero byte, the schema id as a big-endian int32, then the Avro body. */
export const HEADER_BYTES = 5;

export function writeHeader(target: Buffer, schemaId: number): void {
  target[0] = 0;
  target.writeInt32BE(schemaId, 1);
}

/** @throws UndecodableBytes when the bytes do not start as the wire format does. */
export function schemaIdOf(bytes: Buffer): number {
  if (bytes.length < HEADER_BYTES || bytes[0] !== 0) {
    throw new UndecodableBytes(`${bytes.length} bytes without a schema id (Confluent wire format)`);
  }
  return bytes.readInt32BE(1);
}
