import type { DomainEvent, EventMeta } from '#mechanisms/event-sourcing/index';
import type { SchemaCatalogue } from './catalogue.ts';
import { Decoder } from './decoder.ts';
import { lineageOf } from './declare.ts';
import type { EventDeclaration, EventOf } from './declare.ts';
import { UndecodableBytes } from './errors.ts';

/** An event with its meta, as decoded from one record's value. */
export interface DecodedEvent<Event extends DomainEvent> {
  /** As it was written: `schemaVersion` is that of the writer. */
  readonly meta: EventMeta;
  /** As it is declared today. */
  readonly event: Event;
}

type Upcast = (fields: Readonly<Record<string, unknown>>) => object;

/** How the records of one version of an event are read. */
interface Reading {
  readonly type: string;
  readonly fieldNames: readonly string[];
  /** Missing for the version of today. */
  readonly upcast: Upcast | undefined;
}

/** Decodes the events of one topic, of whatever version, into the domain events of today; see {@link Decoder} for the errors. */
export class EventDecoder<D extends EventDeclaration> {
  private readonly decoder: Decoder;
  private readonly readings: ReadonlyMap<string, Reading>;

  constructor(declarations: readonly D[], catalogue: SchemaCatalogue) {
    this.decoder = new Decoder(declarations.flatMap(lineageOf), catalogue);
    this.readings = new Map(declarations.flatMap((declaration) => [...readingsOf(declaration)]));
  }

  decode(bytes: Buffer): DecodedEvent<EventOf<D> & DomainEvent> {
    const { declaration, value } = this.decoder.decode(bytes);
    const { type, fieldNames, upcast } = this.readings.get(declaration.name)!;
    let event: Record<string, unknown> = { type };
    for (const field of fieldNames) event[field] = value[field];
    if (upcast) event = { ...upcasted(event, upcast, declaration.name), type };
    return { meta: value['meta'] as EventMeta, event: event as unknown as EventOf<D> & DomainEvent };
  }
}

function* readingsOf(declaration: EventDeclaration, upcast?: Upcast): Generator<[name: string, Reading]> {
  const { name, type, fields, predecessor } = declaration;
  yield [name, { type, fieldNames: Object.keys(fields).filter((field) => field !== 'meta'), upcast }];
  if (!predecessor) return;
  const step = predecessor.upcast as Upcast;
  yield* readingsOf(predecessor.declaration, (old) => (upcast ? upcast(step(old) as typeof old) : step(old)));
}

function upcasted(event: Readonly<Record<string, unknown>>, upcast: Upcast, name: string): object {
  const { type: _type, ...fields } = event;
  try {
    return upcast(fields);
  } catch (error) {
    throw new UndecodableBytes(`${name} could not be made an event of today: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
