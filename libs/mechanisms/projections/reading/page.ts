import { InvalidCursor } from '../errors.ts';

/** A part of a list; `next` asks for what follows, `null` at the end. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** The last row of a page in a list ordered by (rank, time, id): what follows lies beyond it, whatever changed meanwhile. */
export interface PageKey {
  /** An integer from 0 that never changes for the same question; missing in a list ordered by (time, id). */
  readonly rank?: number;
  /** Epoch milliseconds. */
  readonly time: number;
  /** A UUID in lower case. */
  readonly id: string;
}

const KEY = /^(\d{1,15}) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?: (\d{1,9}))?$/;

/** The key as an opaque cursor that may stand in a URL. */
export const toCursor = ({ rank, time, id }: PageKey): string =>
  Buffer.from(`${time} ${id}${rank === undefined ? '' : ` ${rank}`}`).toString('base64url');

/** The key in a cursor. @throws InvalidCursor for anything that {@link toCursor} cannot have made. */
export function fromCursor(cursor: string): PageKey {
  const [, time, id, rank] = KEY.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (time === undefined || id === undefined) throw new InvalidCursor();
  const key = { time: Number(time), id, ...(rank !== undefined && { rank: Number(rank) }) };
  if (toCursor(key) !== cursor) throw new InvalidCursor();
  return key;
}

const SIZES = [20, 50, 100];

/**
 * How many rows to read for a page, to stand in the statement itself: the plan for a `LIMIT` that is a parameter is made
 * anew each time, which takes longer than to read a page. There are few such numbers, so there are few statements.
 * @param limit 1 to 100
 */
export const rowsFor = (limit: number): number => SIZES.find((size) => size >= limit)! + 1;

/**
 * Cuts a page from rows of which at least one more was read than it holds.
 * @param rows in the list's order
 */
export function pageOf<Item>(rows: readonly Item[], limit: number, keyOf: (item: Item) => PageKey): Page<Item> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last ? toCursor(keyOf(last)) : null };
}
