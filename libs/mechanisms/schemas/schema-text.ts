import type { AvroRecord, AvroSchema } from './fields.ts';

/**
 * The schema as the one JSON text that is registered, committed and compared byte by byte.
 * A named record is written out where it first occurs and by its name afterwards, as Avro demands.
 */
export function schemaText(schema: AvroRecord): string {
  const written = new Set<string>();
  const once = (node: AvroSchema): unknown => {
    if (typeof node === 'string') return node;
    if (Array.isArray(node)) return node.map(once);
    if ('items' in node) return { ...node, items: once(node.items) };
    if (!('fields' in node)) return node;
    if (written.has(node.name)) return node.name;
    written.add(node.name);
    return { ...node, fields: node.fields.map((field) => ({ ...field, type: once(field.type) })) };
  };
  return JSON.stringify(once(schema));
}
