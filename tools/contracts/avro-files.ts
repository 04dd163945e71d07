import type { Declaration } from '#mechanisms/schemas/declare';
import { pretty } from './generated-files.ts';
import type { Files } from './generated-files.ts';

/** One `.avsc` file a record, with the registered schema's content in readable lines. */
export const avroFiles = (declarations: readonly Declaration[]): Files =>
  new Map(declarations.map(({ name, schema }) => [`${name}.avsc`, pretty(JSON.parse(schema))]));
