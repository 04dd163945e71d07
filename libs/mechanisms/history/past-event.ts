import type { DomainEvent, EventMeta, RecordedEvent } from '#mechanisms/event-sourcing/index';

/** An event as a history keeps it: without its place in the topic and its trace. */
export interface PastEvent<Event extends DomainEvent = DomainEvent> extends Pick<
  RecordedEvent<Event>,
  'entityId' | 'event'
> {
  readonly meta: Omit<EventMeta, 'schemaVersion' | 'traceparent'>;
}

/** A row of `events`, as `pg` gives it. */
export interface PastEventRow {
  readonly entity_id: string;
  readonly version: string;
  readonly type: string;
  readonly at: Date;
  readonly event_id: string;
  readonly command_id: string;
  readonly correlation_id: string;
  readonly causation_id: string;
  readonly actor: string;
  readonly data: object;
}

/** The event that a row was made of. */
export const toPastEvent = <Event extends DomainEvent>(row: PastEventRow): PastEvent<Event> => ({
  entityId: row.entity_id,
  meta: {
    eventId: row.event_id,
    entityVersion: Number(row.version),
    commandId: row.command_id,
    correlationId: row.correlation_id,
    causationId: row.causation_id,
    occurredAt: row.at.getTime(),
    actor: row.actor,
  },
  event: { type: row.type, ...row.data } as unknown as Event,
});
