import { encoderOf, fingerprintOf, SchemaCatalogue } from '#mechanisms/schemas/index';
import type { Declaration } from '#mechanisms/schemas/declare';
import { pretty } from './generated-files.ts';
import type { Files } from './generated-files.ts';

/** A record as it was once encoded, with all that is needed to read it. */
export interface CorpusRecord {
  readonly name: string;
  readonly version: number;
  /** The id in the bytes, as a registry might have given it. */
  readonly schemaId: number;
  readonly schema: string;
  /** The whole wire format in base64. */
  readonly bytes: string;
  readonly value: unknown;
}

const SCHEMA_ID = 1;

const meta = {
  eventId: '0192f0c1-0000-7000-8000-0000000000e1',
  entityVersion: 1,
  commandId: '0192f0c1-0000-7000-8000-0000000000d1',
  correlationId: 'corpus',
  causationId: '0192f0c1-0000-7000-8000-0000000000d1',
  occurredAt: Date.parse('2026-11-02T10:00:00.000Z'),
  actor: 'anonymous',
  traceparent: null,
};

/** One file for each schema that an event ever had, so that a field added later does not replace the older record. */
export const corpusName = ({ name, schema }: Declaration): string =>
  `${name}.${fingerprintOf(schema).slice(0, 8)}.json`;

/** The records of the declared events that the corpus does not hold yet. @throws when an event has no example */
export function missingFromCorpus(
  declarations: readonly Declaration[],
  examples: ReadonlyMap<string, object>,
  corpus: Files,
): Files {
  const missing = declarations.filter((declaration) => !corpus.has(corpusName(declaration)));
  return new Map(
    missing.map((declaration) => [
      corpusName(declaration),
      pretty(encoded(declaration, examples.get(declaration.type))),
    ]),
  );
}

function encoded(declaration: Declaration, example: object | undefined): CorpusRecord {
  const { name, version, schema, type } = declaration;
  if (!example) throw new Error(`There is no example of ${type}: add one to the examples/ of its context.`);
  const { type: _, ...fields } = example as { type: string };
  const value = { meta: { ...meta, schemaVersion: version }, ...fields };
  const bytes = encoderOf(declaration, catalogueWith(SCHEMA_ID, schema))(value);
  return { name, version, schemaId: SCHEMA_ID, schema, bytes: bytes.toString('base64'), value };
}

/** A catalogue that knows this one schema. */
export function catalogueWith(id: number, text: string): SchemaCatalogue {
  const catalogue = new SchemaCatalogue();
  catalogue.add({ id, fingerprint: fingerprintOf(text), subjects: [], text });
  return catalogue;
}
