import { v7 } from 'uuid';
import type { DomainEvent } from '#mechanisms/event-sourcing/index';
import type { LogRecord } from '#mechanisms/kafka/index';
import type { Entity } from '#mechanisms/schemas/entity';
import { encoderOf } from '#mechanisms/schemas/index';
import type { SchemaCatalogue } from '#mechanisms/schemas/index';

/** Epoch milliseconds of the record at offset 0; each offset is a second later. */
export const FIRST_RECORD_AT = Date.UTC(2026, 10, 2, 10);

/** Makes committed records of an entity's events, as the event store writes them; fresh event ids unless one is given. */
export function recordsOf({ idField, events: { declarations } }: Entity, catalogue: SchemaCatalogue) {
  const encoders = new Map(declarations.map((declaration) => [declaration.type, encoderOf(declaration, catalogue)]));
  return (
    offset: number,
    event: DomainEvent & Readonly<Record<string, unknown>>,
    entityVersion: number,
    eventId: string = v7(),
  ): LogRecord => {
    const { type, ...fields } = event;
    const timestamp = FIRST_RECORD_AT + offset * 1000;
    const meta = {
      eventId,
      schemaVersion: 1,
      entityVersion,
      commandId: eventId,
      correlationId: eventId,
      causationId: eventId,
      occurredAt: timestamp,
      actor: 'anonymous',
      traceparent: null,
    };
    return {
      offset,
      timestamp,
      key: Buffer.from((fields as Record<string, unknown>)[idField] as string),
      value: encoders.get(type)!({ meta, ...fields }),
      headers: { ce_id: Buffer.from(eventId) },
      producerId: '1',
      producerEpoch: 0,
      sequence: offset,
    };
  };
}
