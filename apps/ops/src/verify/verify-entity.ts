import { EventHistory } from './event-history.ts';
import type { EventTopic, Observer } from './event-history.ts';
import type { Sources } from './sources.ts';
import { currentTable } from './table-rows.ts';
import type { Table } from './table-rows.ts';
import { verifyLatest } from './verify-latest.ts';
import { verifyTable } from './verify-table.ts';

/** One kind of entity and everywhere that it stands. */
export interface VerifiedEntity extends EventTopic {
  readonly latest: string;
  readonly tables: readonly Table[];
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

/** I3, I4 and I7 of one kind of entity, on a running system as well as on one at rest; the history goes on from there. */
export async function verifyEntity(
  entity: VerifiedEntity,
  { catchUpMs, settleMs }: Patience,
  sources: Sources,
  observe?: Observer,
): Promise<{ history: EventHistory; figures: EntityFigures }> {
  const { log, schemas, report } = sources;
  const history = await EventHistory.open(log, entity, schemas, report, observe);
  const rows: Record<string, number> = {};
  for (const table of entity.tables) {
    const current = await currentTable(sources.database, table);
    if (current) rows[current.name] = await verifyTable(entity, current, catchUpMs, sources);
    else report.notCompared.push(`There is no version of ${table.projection} to answer queries from.`);
  }
  const latest = await verifyLatest(entity, history, settleMs, sources);
  return { history, figures: { events: history.events, entities: history.entities.size, latest, rows } };
}
