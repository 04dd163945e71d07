import type { Moment } from './event-archive.ts';
import type { Folded } from './fold-entity.ts';

/** By its columns; whole numbers as text so that they keep every digit, times as epoch milliseconds. */
export type Row = Readonly<Record<string, unknown>>;

/** A table of a projection. */
export interface Table {
  /** Without its schema: every version of the projection has one of its own. */
  readonly name: string;
  readonly idColumn: string;
  /** It may have a row for each version of an entity, not only one for each entity. */
  readonly isByVersion: boolean;
  /** The row that is there because of an event, all of its columns. */
  readonly rowOf: (moment: Moment) => Row | undefined;
}

/** A table with one row for each entity. */
export const entityTable = (name: string, idColumn: string, rowOf: (entity: Folded) => Row): Table => ({
  name,
  idColumn,
  isByVersion: false,
  rowOf: ({ after, isNewest }) => (isNewest && after ? rowOf(after) : undefined),
});
