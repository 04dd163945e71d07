import type { Folded } from '../fold-entity.ts';
import type { Difference } from '../report.ts';
import type { Entries, EntryMap } from '../scratch/scratch-map.ts';
import type { Charge } from './card-processor.ts';

type Entities = Entries<Folded>;

/** All contexts, each as of the end of its log. */
export interface SystemState {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly customers: Entities;
  readonly orders: Entities;
  readonly payments: Entities;
  /** The card processor's by payment; undefined when it is not asked. */
  readonly charges: Entries<Charge> | undefined;
  /** Makes an empty map for one rule, which may become larger than memory. */
  readonly newIndex: () => EntryMap<string>;
}

/** Says what does not hold between the contexts at this moment; a fact that is on its way may be the reason. */
export type Rule = (state: SystemState) => Iterable<Difference>;

/** I8 of one entity. */
export const difference = (
  topic: string,
  entity: string,
  what: string,
  expected: unknown,
  found: unknown,
  about: readonly string[] = [entity],
): Difference => ({ invariant: 'I8', entity, place: topic, what, expected, found, about });
