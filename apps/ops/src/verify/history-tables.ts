import type { Moment } from './event-archive.ts';
import type { Table } from './table.ts';
import { metaOf } from './writer-schemas.ts';
import type { Decoded } from './writer-schemas.ts';

const SNAPSHOT_EVERY = 50;

type StateOf = (moment: Moment) => Readonly<Record<string, unknown>>;

/** What a history holds: every event, and the states at some versions if it has any. */
export const historyTables = (snapshotOf?: StateOf): readonly Table[] => [
  {
    name: 'events',
    idColumn: 'entity_id',
    isByVersion: true,
    rowOf: ({ entity, event }) => {
      const { entityVersion, occurredAt, eventId, commandId, correlationId, causationId, actor } = metaOf(event);
      return {
        entity_id: entity,
        version: String(entityVersion),
        type: shortNameOf(event),
        at: occurredAt,
        event_id: eventId,
        command_id: commandId,
        correlation_id: correlationId,
        causation_id: causationId,
        actor,
        data: dataOf(event),
      };
    },
  },
  {
    name: 'snapshots',
    idColumn: 'entity_id',
    isByVersion: true,
    rowOf: (moment) => {
      const { entityVersion } = metaOf(moment.event);
      if (!snapshotOf || entityVersion % SNAPSHOT_EVERY !== 0) return undefined;
      return { entity_id: moment.entity, version: String(entityVersion), state: snapshotOf(moment) };
    },
  },
];

/** `OrderPlaced` of `factstream.order.v2.OrderPlaced`. */
export const shortNameOf = ({ name }: Decoded): string => name.slice(name.lastIndexOf('.') + 1);

/** Its business fields. */
export function dataOf({ fields }: Decoded): Readonly<Record<string, unknown>> {
  const { meta: _, ...data } = fields;
  return data;
}
