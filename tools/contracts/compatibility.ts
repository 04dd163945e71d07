import avro from 'avsc';
import { lineageOf } from '#mechanisms/schemas/declare';
import type { EventDeclaration } from '#mechanisms/schemas/declare';
import type { CorpusRecord } from './corpus.ts';

const ADVICE =
  'Make the new field nullable; or declare the event as a version of its own, with an upcaster: see “Changing an event that exists” in docs/add-an-event.md.';

/**
 * A sentence for every way in which the events of today break with a schema that events were once written with. It is what
 * the registry demands of a subject (FULL_TRANSITIVE), known before anything is deployed.
 */
export function incompatibilities(
  declarations: readonly EventDeclaration[],
  written: readonly Pick<CorpusRecord, 'name' | 'version' | 'schema'>[],
): string[] {
  const declared = new Map(declarations.flatMap(lineageOf).map((declaration) => [declaration.name, declaration]));
  return written.flatMap(({ name, schema }) => {
    const declaration = declared.get(name);
    if (!declaration) {
      return [
        `${name} is not declared any more, but its events stay in the log: keep it as what its successor replaces.`,
      ];
    }
    if (declaration.schema === schema) return [];
    const backward = whyUnreadable(declaration.schema, schema);
    const forward = whyUnreadable(schema, declaration.schema);
    return [
      ...(backward ? [`${name}: what was written before cannot be read any more (${backward}). ${ADVICE}`] : []),
      ...(forward ? [`${name}: programs of before could not read what is written now (${forward}). ${ADVICE}`] : []),
    ];
  });
}

function whyUnreadable(reader: string, writer: string): string | undefined {
  try {
    typeOf(reader).createResolver(typeOf(writer));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const typeOf = (schema: string): avro.Type => avro.Type.forSchema(JSON.parse(schema) as avro.Schema);
