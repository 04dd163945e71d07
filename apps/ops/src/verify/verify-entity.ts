import type { DeadLetters } from './dead-letters.ts';
import { EventHistory } from './event-history.ts';
import type { EventTopic, Observer } from './event-history.ts';
import type { Sources } from './sources.ts';
import { verifyLatest } from './verify-latest.ts';
import { verifyProjection } from './verify-projection.ts';
import type { VerifiedProjection } from './verify-projection.ts';

/** One kind of entity and everywhere that it stands. */
export interface VerifiedEntity extends EventTopic {
  readonly latest: string;
  readonly control: string;
  readonly projections: readonly VerifiedProjection[];
}

/** How long what is under way may take to arrive. */
export interface Patience {
  /** For a projection to read what is in the log at the start. */
  readonly catchUpMs: number;
  /** For the two topics of one transaction to show it both. */
  readonly settleMs: number;
}

/** How much was compared. */
export interface EntityFigures {
  readonly events: number;
  readonly entities: number;
  readonly latest: number;
  /** By table. */
  readonly rows: Readonly<Record<string, number>>;
}

/** I3, I4, I5 and I7 of one kind of entity, on a running system as well as on one at rest; the history goes on from there. */
export async function verifyEntity(
  entity: VerifiedEntity,
  { catchUpMs, settleMs }: Patience,
  sources: Sources,
  observer: Observer,
  letters: DeadLetters,
): Promise<{ history: EventHistory; figures: EntityFigures }> {
  const history = await EventHistory.open(entity, sources, observer);
  const rows: Record<string, number> = {};
  for (const projection of entity.projections) {
    Object.assign(rows, await verifyProjection(projection, entity.events, history, catchUpMs, letters, sources));
  }
  history.faults.settle(entity.projections.length);
  const latest = await verifyLatest(entity, history, settleMs, sources);
  return { history, figures: { events: history.events, entities: history.entities.size, latest, rows } };
}
