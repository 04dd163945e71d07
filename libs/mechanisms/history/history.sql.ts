import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import { perSchema, prepared } from '#mechanisms/projections/index';
import type { ProjectionSql } from '#mechanisms/projections/index';

/** An event that does not continue its entity's versions; 0 when nothing is stored of the entity. */
export interface RefusedEvent {
  readonly entityId: string;
  readonly storedVersion: number;
  readonly firstVersion: number;
}

/**
 * The fields of all events are one document, because an array of documents costs five times as much to quote. An entity
 * whose first event ($11, $12) does not follow its last one is refused, and nothing is saved then; so there is nothing to
 * conflict with, and to look for a conflict would take as long again as to insert.
 */
const saveInto = perSchema(
  (schema) => `
  WITH refused AS MATERIALIZED (
    SELECT first.entity_id, first.version AS first_version, coalesce(stored.version, 0) AS stored_version
    FROM unnest($11::uuid[], $12::bigint[]) AS first (entity_id, version)
      LEFT JOIN LATERAL (
        SELECT version FROM ${schema}.events WHERE events.entity_id = first.entity_id ORDER BY version DESC LIMIT 1
      ) AS stored ON true
    WHERE coalesce(stored.version, 0) <> first.version - 1
  ), saved AS (
    INSERT INTO ${schema}.events
      (entity_id, version, type, at, event_id, command_id, correlation_id, causation_id, actor, data)
    SELECT entity_id, version, type, to_timestamp(at / 1000), event_id, command_id, correlation_id, causation_id, actor,
      data
    FROM ROWS FROM (
      unnest($1::uuid[], $2::bigint[], $3::text[], $4::float8[], $5::uuid[], $6::uuid[], $7::text[], $8::uuid[],
        $9::text[]),
      jsonb_array_elements($10::jsonb)
    ) AS row (entity_id, version, type, at, event_id, command_id, correlation_id, causation_id, actor, data)
    WHERE NOT EXISTS (SELECT FROM refused)
  )
  SELECT * FROM refused`,
);

/** Adds events whose versions are consecutive for each entity, or answers the entities that they do not continue. */
export async function saveEvents(
  sql: ProjectionSql,
  events: readonly RecordedEvent[],
  firsts: ReadonlyMap<string, number>,
): Promise<RefusedEvent[]> {
  const facts = events.map(({ event: { type, ...data } }) => ({ type, data }));
  const { rows } = await sql.query<{ entity_id: string; first_version: string; stored_version: string }>(
    prepared(saveInto(sql.schema), [
      events.map(({ entityId }) => entityId),
      events.map(({ meta }) => meta.entityVersion),
      facts.map(({ type }) => type),
      events.map(({ meta }) => meta.occurredAt),
      events.map(({ meta }) => meta.eventId),
      events.map(({ meta }) => meta.commandId),
      events.map(({ meta }) => meta.correlationId),
      events.map(({ meta }) => meta.causationId),
      events.map(({ meta }) => meta.actor),
      JSON.stringify(facts.map(({ data }) => data)),
      [...firsts.keys()],
      [...firsts.values()],
    ]),
  );
  return rows.map(({ entity_id, first_version, stored_version }) => ({
    entityId: entity_id,
    firstVersion: Number(first_version),
    storedVersion: Number(stored_version),
  }));
}
