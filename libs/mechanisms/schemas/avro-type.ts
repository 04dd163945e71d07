import avro from 'avsc';
import type { Declaration } from './declare.ts';

const types = new WeakMap<Declaration, avro.Type>();

/** The Avro type of a declaration, compiled once. */
export function avroTypeOf(declaration: Declaration): avro.Type {
  const type = types.get(declaration) ?? avro.Type.forSchema(JSON.parse(declaration.schema) as avro.Schema);
  types.set(declaration, type);
  return type;
}
