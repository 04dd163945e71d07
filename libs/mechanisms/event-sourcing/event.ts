/** A fact of the business. `type` is its short name, e.g. `OrderPlaced`; the other fields are flat. */
export interface DomainEvent {
  readonly type: string;
}

/** What the event store adds to a fact when it records it. Times are epoch milliseconds. */
export interface EventMeta {
  /** UUIDv7; the key of every deduplication. */
  readonly eventId: string;
  readonly schemaVersion: number;
  /** Dense from 1 per entity. */
  readonly entityVersion: number;
  readonly commandId: string;
  readonly correlationId: string;
  /** The id of the command or foreign event that led to this one. */
  readonly causationId: string;
  /** Never smaller than that of the record before it in the partition. */
  readonly occurredAt: number;
  readonly actor: string;
  readonly traceparent: string | null;
}

/** What a fold may know of an event beside its fields. */
export type FoldedMeta = Pick<EventMeta, 'eventId' | 'occurredAt'>;

/** A fact as it stands in its topic. */
export interface RecordedEvent<Event extends DomainEvent = DomainEvent> {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly entityId: string;
  readonly meta: EventMeta;
  readonly event: Event;
}
