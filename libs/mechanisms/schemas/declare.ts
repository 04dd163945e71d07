import { avroRecord, int, list, long, nullable, record, text, timestamp, uuid } from './fields.ts';
import type { Fields, ValueOf, ValuesOf } from './fields.ts';
import { schemaText } from './schema-text.ts';

export * from './fields.ts';

type ShortName<Name extends string> = Name extends `${string}.${infer Rest}` ? ShortName<Rest> : Name;

/** A record that may stand as a value in a topic: its full wire name, its version and the text of its Avro schema. */
export interface Declaration<Name extends string = string, F extends Fields = Fields> {
  readonly name: Name;
  /** The last part of the name: `OrderPlaced` for `factstream.order.OrderPlaced`. */
  readonly type: ShortName<Name>;
  readonly version: number;
  readonly fields: F;
  readonly schema: string;
}

const meta = record('factstream.EventMeta', {
  eventId: uuid(),
  schemaVersion: int(),
  entityVersion: long(),
  commandId: uuid(),
  correlationId: text(),
  causationId: uuid(),
  occurredAt: timestamp(),
  actor: text(),
  traceparent: nullable(text()),
});

/** Declares a record with a name, a version and fields as they stand on the wire. */
export function declare<Name extends string, F extends Fields>(
  name: Name,
  version: number,
  fields: F,
): Declaration<Name, F> {
  const type = name.slice(name.lastIndexOf('.') + 1) as ShortName<Name>;
  return { name, type, version, fields, schema: schemaText(avroRecord(name, fields)) };
}

/** An event's declaration: its record has `meta` first, then the business fields. */
export type EventDeclaration<Name extends string = string, F extends Fields = Fields> = Declaration<
  Name,
  { meta: typeof meta } & F
> & { readonly predecessor?: Predecessor };

/** How an event was declared before, and what makes the next version's fields of those that were written then. */
interface Predecessor {
  readonly declaration: EventDeclaration;
  readonly upcast: (old: never) => object;
}

/** The fields of an event as the domain sees it. */
type FieldsOf<D> = Omit<EventOf<D>, 'type'>;

/** What a version of an event replaces; `upcast` is pure, and makes of the old fields those of the new version. */
interface Replacement<Old extends EventDeclaration, F extends Fields> {
  readonly replaces: Old;
  readonly upcast: (old: FieldsOf<Old>) => NoInfer<ValuesOf<F>>;
}

/**
 * Declares an event; one declaration gives the static type, the Avro schema and the codec. A change that Avro's resolution cannot
 * carry is a version of its own under a name of its own, that replaces the one before: `factstream.order.v2.OrderPlaced`.
 * Throws when the version does not follow, or the two are not the same event under two names.
 */
export function event<Name extends string, F extends Fields, Old extends EventDeclaration = EventDeclaration>(
  name: Name,
  version: number,
  fields: F,
  replacement?: Replacement<Old, F>,
): EventDeclaration<Name, F> {
  const declaration: EventDeclaration<Name, F> = declare(name, version, { meta, ...fields });
  if (!replacement) return declaration;
  const { replaces, upcast } = replacement;
  if (replaces.name === name || replaces.type !== declaration.type || replaces.version !== version - 1) {
    throw new Error(`${name} in version ${version} cannot replace ${replaces.name} in version ${replaces.version}.`);
  }
  return { ...declaration, predecessor: { declaration: replaces, upcast } };
}

/** The event as it is declared today, and as it was before, the newest first. */
export function lineageOf(declaration: EventDeclaration): EventDeclaration[] {
  const { predecessor } = declaration;
  return [declaration, ...(predecessor ? lineageOf(predecessor.declaration) : [])];
}

/** The static type of an event as the domain sees it: `type` and the business fields, without `meta`. */
export type EventOf<D> =
  D extends Declaration<infer Name, infer F> ? { readonly type: ShortName<Name> } & ValuesOf<Omit<F, 'meta'>> : never;

/** The static type of a declared record. */
export type RecordOf<D> = D extends Declaration<string, infer F> ? ValuesOf<F> : never;

const clientKey = record('factstream.ClientKey', {
  commandId: uuid(),
  requestHash: text(),
  fromVersion: long(),
  toVersion: long(),
  usedAt: timestamp(),
});

const latestMeta = record('factstream.LatestMeta', {
  entityVersion: long(),
  eventsOffset: long(),
  foldVersion: int(),
  clientKeys: list(clientKey),
});

/** A client's idempotency key as the entity's latest record remembers it; `commandId` is derived from the key. */
export type ClientKey = ValueOf<typeof clientKey>;
export type LatestMeta = ValueOf<typeof latestMeta>;
export type LatestDeclaration<Name extends string = string, F extends Fields = Fields> = Declaration<
  Name,
  { meta: typeof latestMeta } & F
>;

/** Declares the record of a latest topic: `meta`, then the whole entity after its newest event. */
export function latest<Name extends string, F extends Fields>(
  name: Name,
  version: number,
  fields: F,
): LatestDeclaration<Name, F> {
  return declare(name, version, { meta: latestMeta, ...fields });
}
