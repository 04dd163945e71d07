import type { Declaration, EventDeclaration, LatestDeclaration } from './declare.ts';

/** One kind of entity and its three topics: every fact, the whole entity after its newest fact, and who owns the partition. */
export interface Entity<
  E extends EventDeclaration = EventDeclaration,
  L extends LatestDeclaration = LatestDeclaration,
> {
  readonly name: string;
  /** The field of every event that holds the entity's id. */
  readonly idField: string;
  readonly events: { readonly topic: string; readonly declarations: readonly E[] };
  readonly latest: { readonly topic: string; readonly declaration: L };
  readonly control: { readonly topic: string };
}

/** Declares an entity named `order` with the topics `order-events`, `order-latest` and `order-control`. */
export function entity<E extends EventDeclaration, L extends LatestDeclaration>(declared: {
  name: string;
  idField: string;
  events: readonly E[];
  latest: L;
}): Entity<E, L> {
  const { name, idField, events, latest } = declared;
  return {
    name,
    idField,
    events: { topic: `${name}-events`, declarations: events },
    latest: { topic: `${name}-latest`, declaration: latest },
    control: { topic: `${name}-control` },
  };
}

/** A declaration and the registry subject that it stands under: `<topic>-<record name>`. */
export interface Subject {
  readonly subject: string;
  readonly declaration: Declaration;
}

export const subjectOf = (topic: string, declaration: Declaration): Subject => ({
  subject: `${topic}-${declaration.name}`,
  declaration,
});
