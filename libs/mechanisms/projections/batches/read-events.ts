import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import { headerOf } from '#mechanisms/kafka/index';
import type { LogRecord } from '#mechanisms/kafka/index';
import { UndecodableBytes } from '#mechanisms/schemas/index';
import { BadEvent, isRetriable, UnreadableEvent } from '../errors.ts';
import type { RecordPosition } from '../errors.ts';
import type { Source } from './source.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Records of one topic partition, in offset order, that follow what was read before. */
export interface RecordBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly LogRecord[];
  readonly fromOffset: number;
  /** Where to read on; control records may lie between it and the last record. */
  readonly nextOffset: number;
}

/** What the records of a batch are, up to the first that must be waited for. */
export interface Reading {
  readonly events: readonly RecordedEvent[];
  /** The records among them that can never be read, in offset order. */
  readonly faults: readonly BadEvent[];
  /** The record at which the reading ended. */
  readonly unreadable?: UnreadableEvent;
}

export function readEvents(
  { topic, partition, records }: RecordBatch,
  source: Pick<Source, 'decoder' | 'idField'>,
): Reading {
  const events: RecordedEvent[] = [];
  const faults: BadEvent[] = [];
  for (const record of records) {
    const eventId = eventIdOf(record);
    const at = { topic, partition, offset: record.offset, ...(eventId && { eventId }) };
    try {
      events.push(readEvent(record, at, source));
    } catch (error) {
      const fault = faultOf(error, at);
      if (fault instanceof UnreadableEvent) return { events, faults, unreadable: fault };
      faults.push(fault);
    }
  }
  return { events, faults };
}

function readEvent(
  record: LogRecord,
  at: RecordPosition,
  { decoder, idField }: Pick<Source, 'decoder' | 'idField'>,
): RecordedEvent {
  const { key, value, offset } = record;
  if (at.eventId === undefined) throw new BadEvent(at, 'the ce_id header is missing or no UUID in lower case');
  if (!key) throw new BadEvent(at, 'the record has no key');
  if (!value) throw new BadEvent(at, 'the record has no value');
  const { meta, event } = decoder.decode(value);
  if (meta.eventId !== at.eventId) {
    throw new BadEvent(at, `its meta has another event id than its ce_id header: ${meta.eventId}`);
  }
  const entityId = key.toString();
  if ((event as unknown as Record<string, unknown>)[idField] !== entityId) {
    throw new BadEvent(at, `its key is not its ${idField}`);
  }
  return { topic: at.topic, partition: at.partition, offset, entityId, meta, event };
}

function eventIdOf(record: LogRecord): string | undefined {
  const header = headerOf(record, 'ce_id');
  if (header === undefined || Array.isArray(header)) return undefined;
  const text = header.toString();
  return UUID.test(text) ? text : undefined;
}

function faultOf(error: unknown, at: RecordPosition): BadEvent | UnreadableEvent {
  if (error instanceof BadEvent) return error;
  if (error instanceof UndecodableBytes) return new BadEvent(at, error.message, error);
  if (isRetriable(error)) return new UnreadableEvent(at, error);
  throw error;
}
