import type avro from 'avsc';
import { avroTypeOf } from './avro-type.ts';
import type { SchemaCatalogue } from './catalogue.ts';
import type { Declaration } from './declare.ts';
import { SchemaNotDeployed, UnencodableValue } from './errors.ts';
import { HEADER_BYTES, writeHeader } from './wire-format.ts';

/** Encodes one declared record into the wire format. */
export type Encoder = (value: object) => Buffer;

const scratch = { bytes: Buffer.allocUnsafe(64 * 1024) };

/**
 * Compiles the encoder of a declaration.
 * @throws SchemaNotDeployed when the catalogue has no id for it; the encoder throws UnencodableValue when a value does not fit.
 */
export function encoderOf(declaration: Declaration, catalogue: SchemaCatalogue): Encoder {
  const deployed = catalogue.find(declaration);
  if (!deployed) throw new SchemaNotDeployed([declaration.name]);
  const type = avroTypeOf(declaration);
  return (value) => {
    const end = write(type, value, declaration.name);
    writeHeader(scratch.bytes, deployed.id);
    return Buffer.from(scratch.bytes.subarray(0, end));
  };
}

function write(type: avro.Type, value: object, name: string): number {
  try {
    const end = type.encode(value, scratch.bytes, HEADER_BYTES);
    if (end >= 0) return end;
    // avsc answers how many bytes were lacking, as a negative number
    scratch.bytes = Buffer.allocUnsafe((scratch.bytes.length - end) * 2);
    return type.encode(value, scratch.bytes, HEADER_BYTES);
  } catch (error) {
    throw new UnencodableValue(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
