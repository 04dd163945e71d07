import type { LogRecord } from '#mechanisms/kafka/index';
import { declare, int, long, text } from '#mechanisms/schemas/declare';
import type { RecordOf } from '#mechanisms/schemas/declare';

/**
 * The control record under the key `cursor/<topic>-<partition>`: the last foreign fact that the owner has dealt with, and
 * the last of the commands that it led to. Written in the transaction of the effect, so both are there or neither.
 */
export const ReactionCursor = declare('factstream.ReactionCursor', 1, {
  /** -1 before the first. */
  offset: long(),
  ordinal: int(),
  /** The fact's id, by which a topic that was made anew is recognised; empty before the first, and for one that has none. */
  eventId: text(),
});
export type ReactionCursor = RecordOf<typeof ReactionCursor>;

/** `<topic>-<partition>` of a foreign topic. */
export type SourceName = string;

export const CURSOR_KEY = 'cursor/';
export const BEFORE_THE_FIRST: ReactionCursor = { offset: -1, ordinal: 0, eventId: '' };

/** An ordinal behind every command of a fact. */
export const WHOLE_FACT = 2 ** 31 - 1;

export const sourceName = (topic: string, partition: number): SourceName => `${topic}-${partition}`;

export function placeOf(source: SourceName): { topic: string; partition: number } {
  const dash = source.lastIndexOf('-');
  return { topic: source.slice(0, dash), partition: Number(source.slice(dash + 1)) };
}

const LONGEST_ID = 100;

/** What tells the fact from others at its place; empty when it does not say. */
export const factIdOf = ({ headers }: Pick<LogRecord, 'headers'>): string =>
  String(headers['ce_id'] ?? '').slice(0, LONGEST_ID);

export const isBehind = (cursor: ReactionCursor, fact: Pick<ReactionCursor, 'offset' | 'ordinal'>): boolean =>
  cursor.offset < fact.offset || (cursor.offset === fact.offset && cursor.ordinal < fact.ordinal);
