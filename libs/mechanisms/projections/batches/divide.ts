import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import type { LogRecord } from '#mechanisms/kafka/index';
import type { Blockers, Parking } from '../parking/parked-events.ts';
import { keyName } from '../parking/parked-events.ts';
import type { Slice } from './slices.ts';

export const NONE: Blockers = new Map();

/** Other entities are blocked than was supposed. */
export class OtherBlockers extends Error {
  readonly blockers: Blockers;

  constructor(blockers: Blockers) {
    super('other entities are blocked');
    this.blockers = blockers;
  }
}

/** What of a slice is applied, and what is parked: the bad record, or every event whose entity is blocked. */
export function divide(slice: Slice, blockers: Blockers): { free: readonly RecordedEvent[]; parkings: Parking[] } {
  const { events, fault } = slice;
  if (!fault && blockers.size === 0) return { free: events, parkings: [] };
  const records = new Map(recordsOf(slice).map((record) => [record.offset, record]));
  const blockerOf = ({ key }: LogRecord): number | null => (key && blockers.get(keyName(key))) ?? null;
  if (fault) {
    const { offset, eventId } = fault.at;
    const record = records.get(offset)!;
    return { free: [], parkings: [{ record, eventId, error: fault.reason, behindOffset: blockerOf(record) }] };
  }
  const free: RecordedEvent[] = [];
  const parkings: Parking[] = [];
  for (const event of events) {
    const record = records.get(event.offset)!;
    const behindOffset = blockerOf(record);
    if (behindOffset === null) free.push(event);
    else
      parkings.push({
        record,
        eventId: event.meta.eventId,
        error: `waits behind offset ${behindOffset}`,
        behindOffset,
      });
  }
  return { free, parkings };
}

/** The keys of a slice, each once. */
export function keysOf(slice: Slice): Buffer[] {
  const keys = recordsOf(slice).flatMap(({ key }) => key ?? []);
  return [...new Map(keys.map((key) => [keyName(key), key])).values()];
}

export const isSame = (one: Blockers, other: Blockers): boolean =>
  one.size === other.size && [...one].every(([key, offset]) => other.get(key) === offset);

const recordsOf = ({ records, fromOffset, nextOffset }: Slice): LogRecord[] =>
  records.filter(({ offset }) => offset >= fromOffset && offset < nextOffset);
