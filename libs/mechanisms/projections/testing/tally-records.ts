import { v7 } from 'uuid';
import type { LogRecord } from '#mechanisms/kafka/index';
import { encoderOf } from '#mechanisms/schemas/index';
import { catalogueOf } from '#mechanisms/testing/in-memory-catalogue';
import { tally } from './tally.projection.ts';
import type { TallyEvent } from './tally.projection.ts';

export const catalogue = catalogueOf(...tally.events.declarations);

/** A committed record of a tally's event; a fresh event id unless one is given. */
export function tallyRecord(
  offset: number,
  event: TallyEvent,
  entityVersion: number,
  eventId: string = v7(),
): LogRecord {
  const declaration = tally.events.declarations.find(({ type }) => type === event.type)!;
  const { type: _type, ...fields } = event;
  const meta = {
    eventId,
    schemaVersion: 1,
    entityVersion,
    commandId: eventId,
    correlationId: eventId,
    causationId: eventId,
    occurredAt: Date.UTC(2026, 10, 2) + offset,
    actor: 'anonymous',
    traceparent: null,
  };
  return {
    offset,
    timestamp: meta.occurredAt,
    key: Buffer.from(event.tallyId),
    value: encoderOf(declaration, catalogue)({ meta, ...fields }),
    headers: { ce_id: Buffer.from(eventId) },
    producerId: '1',
    producerEpoch: 0,
    sequence: offset,
  };
}

/** The whole life of one tally from an offset on: opened, then counted with the notes. */
export const tallyRecords = (offset: number, tallyId: string, notes: readonly string[]): LogRecord[] => [
  tallyRecord(offset, { type: 'Opened', tallyId, limit: 100 }, 1),
  ...notes.map((note, index) => tallyRecord(offset + 1 + index, { type: 'Counted', tallyId, note }, index + 2)),
];
