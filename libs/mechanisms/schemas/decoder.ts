import avro from 'avsc';
import { avroTypeOf } from './avro-type.ts';
import type { DeployedSchema, SchemaCatalogue } from './catalogue.ts';
import type { Declaration } from './declare.ts';
import { UndecodableBytes, UnknownSchemaId, UnknownType } from './errors.ts';
import { HEADER_BYTES, schemaIdOf } from './wire-format.ts';

/** A decoded record and the declaration that it was read as. */
export interface Decoded {
  readonly declaration: Declaration;
  readonly value: Readonly<Record<string, unknown>>;
}

interface Reading {
  readonly declaration: Declaration;
  readonly type: avro.Type;
  /** Resolves the writer's schema to the reader's; absent when they are the same text. */
  readonly resolver: avro.Type | undefined;
}

/**
 * Decodes records of the declared kinds, written with any schema version that Avro can resolve to them.
 * Resolvers are made once per writer schema id. The errors tell apart what waiting can heal (`UnknownSchemaId`,
 * `UnknownType`) from what it cannot (`UndecodableBytes`), such as a record that is deployed for other topics only.
 */
export class Decoder {
  private readonly readings = new Map<number, Reading>();
  private readonly declarations: ReadonlyMap<string, Declaration>;
  private readonly catalogue: SchemaCatalogue;

  constructor(declarations: readonly Declaration[], catalogue: SchemaCatalogue) {
    this.declarations = new Map(declarations.map((declaration) => [declaration.name, declaration]));
    this.catalogue = catalogue;
  }

  decode(bytes: Buffer): Decoded {
    const id = schemaIdOf(bytes);
    const { declaration, type, resolver } = this.readings.get(id) ?? this.prepare(id);
    const { value, offset } = read(type, bytes, resolver, declaration.name);
    if (offset !== bytes.length) {
      throw new UndecodableBytes(`${declaration.name}: ${bytes.length} bytes do not match schema ${id}`);
    }
    return { declaration, value };
  }

  private prepare(id: number): Reading {
    const deployed = this.catalogue.get(id);
    if (!deployed) throw new UnknownSchemaId(id);
    const writerName = nameIn(deployed);
    const declaration = this.declarations.get(writerName);
    if (!declaration) throw this.belongsElsewhere(deployed) ? strangerTo(writerName) : new UnknownType(writerName);
    const type = avroTypeOf(declaration);
    const reading = { declaration, type, resolver: resolverFor(type, declaration, deployed) };
    this.readings.set(id, reading);
    return reading;
  }

  /** A schema that is deployed, but for none of the topics that the declared records are deployed for. */
  private belongsElsewhere(deployed: DeployedSchema): boolean {
    const own = [...this.declarations.values()].flatMap((declaration) => topicsOf(this.catalogue.find(declaration)));
    return own.length > 0 && !topicsOf(deployed).some((topic) => own.includes(topic));
  }
}

/** A subject is `<topic>-<record name>`. */
const topicsOf = (deployed: DeployedSchema | undefined): string[] =>
  deployed ? deployed.subjects.map((subject) => subject.slice(0, -nameIn(deployed).length)) : [];

const strangerTo = (name: string) => new UndecodableBytes(`${name} belongs to other topics`);

const nameIn = ({ text }: DeployedSchema): string => (JSON.parse(text) as { name: string }).name;

function resolverFor(reader: avro.Type, declaration: Declaration, writer: DeployedSchema): avro.Type | undefined {
  if (writer.text === declaration.schema) return undefined;
  try {
    const written = avro.Type.forSchema(JSON.parse(writer.text) as avro.Schema);
    return reader.createResolver(written) as unknown as avro.Type;
  } catch (error) {
    throw new UndecodableBytes(`${declaration.name} cannot be read from schema ${writer.id}`, { cause: error });
  }
}

function read(type: avro.Type, bytes: Buffer, resolver: avro.Type | undefined, name: string) {
  try {
    return type.decode(bytes, HEADER_BYTES, resolver);
  } catch (error) {
    throw new UndecodableBytes(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
