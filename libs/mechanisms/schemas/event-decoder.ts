import type { DomainEvent, EventMeta } from '#mechanisms/event-sourcing/index';
import type { SchemaCatalogue } from './catalogue.ts';
import { Decoder } from './decoder.ts';
import type { EventDeclaration, EventOf } from './declare.ts';

/** An event with its meta, as decoded from one record's value. */
export interface DecodedEvent<Event extends DomainEvent> {
  readonly meta: EventMeta;
  readonly event: Event;
}

/** Decodes the events of one topic into domain events; see {@link Decoder} for the errors. */
export class EventDecoder<D extends EventDeclaration> {
  private readonly decoder: Decoder;
  private readonly fieldNames: ReadonlyMap<string, readonly string[]>;

  constructor(declarations: readonly D[], catalogue: SchemaCatalogue) {
    this.decoder = new Decoder(declarations, catalogue);
    this.fieldNames = new Map(
      declarations.map(({ name, fields }) => [name, Object.keys(fields).filter((field) => field !== 'meta')]),
    );
  }

  decode(bytes: Buffer): DecodedEvent<EventOf<D> & DomainEvent> {
    const { declaration, value } = this.decoder.decode(bytes);
    const event: Record<string, unknown> = { type: declaration.type };
    for (const field of this.fieldNames.get(declaration.name)!) event[field] = value[field];
    return { meta: value['meta'] as EventMeta, event: event as unknown as EventOf<D> & DomainEvent };
  }
}
