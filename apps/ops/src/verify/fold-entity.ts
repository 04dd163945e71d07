import type { EntryMap } from './scratch/scratch-map.ts';
import { metaOf } from './writer-schemas.ts';
import type { Decoded } from './writer-schemas.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** An entity after its newest event. */
export interface Folded {
  readonly version: number;
  /** When the event occurred that {@link FoldRules} name as its birth, in epoch milliseconds; null before. */
  readonly bornAt: number | null;
  /** When its newest event occurred. */
  readonly updatedAt: number;
  /** The whole entity, with the names that its latest record uses. */
  readonly state: Fields;
}

/** What an event changes in an entity: the fields that are not as they were. */
export type Change = (event: Fields, before: Fields) => Fields;

/** What the events of one kind of entity say. Written apart from the services' folds on purpose. */
export interface FoldRules {
  readonly blank: Fields;
  /** The events that an entity can begin with. */
  readonly firsts: readonly string[];
  readonly birth: string;
  readonly changes: Readonly<Record<string, Change>>;
}

/**
 * Applies one event; answers whether it is one that these rules know. An event of an entity that never began changes
 * nothing: its version is wrong, and that is found elsewhere.
 */
export function foldEvent(
  rules: FoldRules,
  entities: Pick<EntryMap<Folded>, 'get' | 'set'>,
  id: string,
  event: Decoded,
): boolean {
  const change = rules.changes[event.name];
  if (!change) return false;
  const before = entities.get(id);
  if (!before && !rules.firsts.includes(event.name)) return true;
  const { entityVersion, occurredAt } = metaOf(event);
  const state = before?.state ?? rules.blank;
  entities.set(id, {
    version: entityVersion,
    bornAt: event.name === rules.birth ? occurredAt : (before?.bornAt ?? null),
    updatedAt: occurredAt,
    state: { ...state, ...change(event.fields, state) },
  });
  return true;
}
