import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import type { LogRecord } from '#mechanisms/kafka/index';
import type { BadEvent } from '../errors.ts';
import type { Reading, RecordBatch } from './read-events.ts';

/** A part of a batch that is committed by itself: some events, or one bad record, and the offsets that they cover. */
export interface Slice {
  readonly topic: string;
  readonly partition: number;
  readonly events: readonly RecordedEvent[];
  readonly fault?: BadEvent;
  readonly fromOffset: number;
  readonly nextOffset: number;
  /** All records of the batch. */
  readonly records: readonly LogRecord[];
}

/** Cuts a batch before and after each bad record; what is cut joins without a gap, and there is at least one slice. */
export function* slicesOf(batch: RecordBatch, { events, faults, unreadable }: Reading): Generator<Slice> {
  const { topic, partition, records } = batch;
  let { fromOffset } = batch;
  const cut = (nextOffset: number, part: Pick<Slice, 'events' | 'fault'>): Slice => {
    const slice = { topic, partition, records, fromOffset, nextOffset, ...part };
    fromOffset = nextOffset;
    return slice;
  };
  let at = 0;
  for (const fault of faults) {
    const { offset } = fault.at;
    const first = at;
    while (at < events.length && events[at]!.offset < offset) at += 1;
    if (at > first) yield cut(offset, { events: events.slice(first, at) });
    yield cut(offset + 1, { events: [], fault });
  }
  const end = unreadable?.at.offset ?? batch.nextOffset;
  if (fromOffset < end || fromOffset === batch.fromOffset)
    yield cut(end, { events: at === 0 ? events : events.slice(at) });
}

/** The halves of a slice with several events. */
export function halvesOf(slice: Slice): [Slice, Slice] {
  const { events } = slice;
  const middle = events.length >> 1;
  const boundary = events[middle]!.offset;
  return [
    { ...slice, events: events.slice(0, middle), nextOffset: boundary },
    { ...slice, events: events.slice(middle), fromOffset: boundary },
  ];
}
