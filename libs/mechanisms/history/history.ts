import type { DomainEvent, RecordedEvent } from '#mechanisms/event-sourcing/index';
import { prepared, projection, VersionConflict } from '#mechanisms/projections/index';
import type { MigrationClass, Projection, ProjectionSql } from '#mechanisms/projections/index';
import type { EventDeclaration, EventOf } from '#mechanisms/schemas/declare';
import type { Entity } from '#mechanisms/schemas/entity';
import { CreateHistory1764000000000 } from './create-history.migration.ts';
import { historyItems } from './history-item.ts';
import type { HistoryItem } from './history-item.ts';
import { saveEvents } from './history.sql.ts';
import { toPastEvent } from './past-event.ts';
import type { PastEvent, PastEventRow } from './past-event.ts';
import { Snapshots } from './snapshots.ts';

/** A version of an entity, or a time in epoch milliseconds. */
export type Moment = { readonly version: number } | { readonly at: number };

export interface HistoryParts<D extends EventDeclaration, State> {
  readonly entity: Entity<D>;
  /** Of the tables and of the fold: with another revision everything is read again from offset 0. */
  readonly revision: number;
  /** What indexes the events for the context's own queries. */
  readonly migrations?: readonly MigrationClass[];
  /** The state after an event; `undefined` is the state before the first. The state must survive JSON. */
  readonly fold?: (state: State | undefined, past: PastEvent<EventOf<D> & DomainEvent>) => State;
  /** How many versions of an entity lie between two snapshots, 50 by default. */
  readonly snapshotEvery?: number;
}

const SNAPSHOT_EVERY = 50;

/**
 * Every event of one kind of entity by (entity id, version), and with a `fold` the entity's state at any moment, read
 * from the nearest snapshot and the events after it. A projection of its own, `<entity>_history`: it fills from offset 0
 * whatever other projections have read. Rows are only ever added.
 */
export class History<D extends EventDeclaration, State = never> {
  readonly projection: Projection;
  readonly #parts: HistoryParts<D, State>;
  readonly #snapshots: Snapshots<State>;
  readonly #toItem: (past: PastEvent) => HistoryItem;

  constructor(parts: HistoryParts<D, State>) {
    const { entity, revision, migrations = [], snapshotEvery = SNAPSHOT_EVERY } = parts;
    this.projection = projection({
      name: `${entity.name}_history`,
      revision,
      sources: [entity],
      migrations: [CreateHistory1764000000000, ...migrations],
    });
    this.#parts = parts;
    this.#snapshots = new Snapshots(snapshotEvery);
    this.#toItem = historyItems(entity.events.declarations);
  }

  /**
   * Adds a batch of events, and the snapshots that become due.
   * @throws VersionConflict when an event does not continue the version of its entity
   */
  async apply(events: readonly RecordedEvent<EventOf<D> & DomainEvent>[], sql: ProjectionSql): Promise<void> {
    const [refused] = await saveEvents(sql, events, firstVersions(events));
    if (refused) throw new VersionConflict(refused.entityId, refused.storedVersion, refused.firstVersion);
    if (!this.#parts.fold) return;
    for (const { entityId, meta } of events) {
      if (!this.#snapshots.isDueAt(meta.entityVersion)) continue;
      const state = await this.#fold(entityId, meta.entityVersion, sql);
      await this.#snapshots.save(sql, { entityId, version: meta.entityVersion, state });
    }
  }

  /** All events of an entity, oldest first; none when it never existed. */
  async of(entityId: string, sql: ProjectionSql): Promise<HistoryItem[]> {
    return (await this.eventsOf(entityId, sql)).map((past) => this.#toItem(past));
  }

  /** The events of an entity after one version and up to another, oldest first. */
  async eventsOf(
    entityId: string,
    sql: ProjectionSql,
    after = 0,
    upTo = Number.MAX_SAFE_INTEGER,
  ): Promise<PastEvent<EventOf<D> & DomainEvent>[]> {
    const text = `SELECT entity_id, version, type, at, event_id, command_id, correlation_id, causation_id, actor, data
        FROM ${sql.schema}.events
        WHERE entity_id = $1 AND version > $2 AND version <= $3 ORDER BY version`;
    const { rows } = await sql.query<PastEventRow>(prepared(text, [entityId, after, upTo]));
    return rows.map((row) => toPastEvent(row));
  }

  /** The state at a moment; `undefined` before the entity existed, and beyond its newest version. Needs a `fold`. */
  async stateAt(entityId: string, moment: Moment, sql: ProjectionSql): Promise<State | undefined> {
    const version = await this.#versionAt(entityId, moment, sql);
    return version === undefined ? undefined : this.#fold(entityId, version, sql);
  }

  /** Times never go back within an entity, so the newest version by then is the last one by then. */
  async #versionAt(entityId: string, moment: Moment, sql: ProjectionSql): Promise<number | undefined> {
    const [condition, value] = 'at' in moment ? ['at <=', new Date(moment.at)] : ['version =', moment.version];
    const { rows } = await sql.query<{ version: string }>(
      `SELECT version FROM ${sql.schema}.events WHERE entity_id = $1 AND ${condition} $2
       ORDER BY version DESC LIMIT 1`,
      [entityId, value],
    );
    return rows[0] && Number(rows[0].version);
  }

  async #fold(entityId: string, version: number, sql: ProjectionSql): Promise<State> {
    const snapshot = await this.#snapshots.nearest(sql, entityId, version);
    const events = await this.eventsOf(entityId, sql, snapshot?.version, version);
    return events.reduce<State | undefined>(this.#parts.fold!, snapshot?.state)!;
  }
}

/** The first version of each entity. @throws VersionConflict when the versions of an entity are not consecutive */
function firstVersions(events: readonly RecordedEvent[]): Map<string, number> {
  const firsts = new Map<string, number>();
  const lasts = new Map<string, number>();
  for (const { entityId, meta } of events) {
    const { entityVersion: version } = meta;
    const last = lasts.get(entityId);
    if (last !== undefined && version !== last + 1) throw new VersionConflict(entityId, last, version);
    if (last === undefined) firsts.set(entityId, version);
    lasts.set(entityId, version);
  }
  return firsts;
}
