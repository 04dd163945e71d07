import type { Projection } from '#mechanisms/projections/index';

/** What differs between graphs. */
export interface GraphSettings {
  /** All that its fields are read from. */
  readonly projections: readonly Projection[];
  /** Tells nobody what there is: no introspection, no GraphiQL, no hints. */
  readonly production: boolean;
}

export const GRAPH_SETTINGS = Symbol('GraphSettings');
