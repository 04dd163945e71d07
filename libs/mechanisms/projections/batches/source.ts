import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import type { EventDeclaration } from '#mechanisms/schemas/declare';
import type { Entity } from '#mechanisms/schemas/entity';
import { EventDecoder } from '#mechanisms/schemas/index';
import type { SchemaCatalogue } from '#mechanisms/schemas/index';
import type { ProjectionSql } from '../database/projection-sql.ts';

/** One source topic of a projection: how its records are read, and who applies its events. */
export interface Source {
  readonly decoder: EventDecoder<EventDeclaration>;
  /** The field of every event that is the key of its record. */
  readonly idField: string;
  /** Throws a `HandlerFailure` around the handler's own error. */
  readonly apply: (events: readonly RecordedEvent[], sql: ProjectionSql) => Promise<void>;
}

/** The events of an entity as a source. */
export const sourceOf = ({ events, idField }: Entity, catalogue: SchemaCatalogue, apply: Source['apply']): Source => ({
  decoder: new EventDecoder(events.declarations, catalogue),
  idField,
  apply,
});
