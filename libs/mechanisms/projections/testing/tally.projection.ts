import { Controller } from '@nestjs/common';
import { v7 } from 'uuid';
import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import type { LogRecord } from '#mechanisms/kafka/index';
import { event, int, latest, text, uuid } from '#mechanisms/schemas/declare';
import type { EventOf } from '#mechanisms/schemas/declare';
import { entity } from '#mechanisms/schemas/entity';
import { catalogueOf } from '#mechanisms/testing/in-memory-catalogue';
import type { ProjectionSql } from '../database/projection-sql.ts';
import { VersionConflict } from '../errors.ts';
import { ProjectEvents } from '../project-events.decorator.ts';
import { projection } from '../projection.ts';
import { CreateTallies1762300000000 } from './create-tallies.migration.ts';
import { recordsOf } from './encode-records.ts';

const Opened = event('factstream.testing.Opened', 1, { tallyId: uuid(), limit: int() });
const Counted = event('factstream.testing.Counted', 1, { tallyId: uuid(), note: text() });
const Latest = latest('factstream.testing.TallyLatest', 1, { tallyId: uuid(), count: int() });
export type TallyEvent = EventOf<typeof Opened> | EventOf<typeof Counted>;

export const tallyCatalogue = catalogueOf(Opened, Counted);

/** The smallest projection, of a topic of its own for each `name`: it counts, and keeps the notes in their order. */
export function tallyProjection(name = 'tally', revision = 1, projectionName = 'tallies') {
  const tally = entity({ name, idField: 'tallyId', events: [Opened, Counted], latest: Latest });
  const tallies = projection({
    name: projectionName,
    revision,
    sources: [tally],
    migrations: [CreateTallies1762300000000],
  });

  @Controller()
  class TallyProjection {
    /** Called before the statement of each event, and at the end of each batch. */
    beforeEach: (event: RecordedEvent<TallyEvent>, sql: ProjectionSql) => unknown = () => undefined;
    atEnd: (sql: ProjectionSql) => unknown = () => undefined;

    @ProjectEvents(tallies, tally)
    async apply(events: readonly RecordedEvent<TallyEvent>[], sql: ProjectionSql): Promise<void> {
      for (const recorded of events) {
        await this.beforeEach(recorded, sql);
        const { entityId, meta, event: fact } = recorded;
        const [added, note] = fact.type === 'Opened' ? [0, ''] : [1, fact.note];
        const { rowCount } = await sql.query(
          `INSERT INTO ${sql.schema}.tallies VALUES ($1, 1, $3, $4) ON CONFLICT (tally_id) DO UPDATE
           SET version = $2, count = tallies.count + $3, notes = tallies.notes || $4 WHERE tallies.version = $2 - 1`,
          [entityId, meta.entityVersion, added, note],
        );
        if (rowCount === 0) throw new VersionConflict(entityId, 0, meta.entityVersion);
      }
      await this.atEnd(sql);
    }
  }
  return { tally, tallies, TallyProjection };
}

export const tallyRecord = recordsOf(tallyProjection().tally, tallyCatalogue);

/** The whole life of one tally from an offset on: opened, then counted with the notes. */
export const tallyRecords = (offset: number, tallyId: string = v7(), notes: readonly string[] = []): LogRecord[] => [
  tallyRecord(offset, { type: 'Opened', tallyId, limit: 100 }, 1),
  ...notes.map((note, index) => tallyRecord(offset + 1 + index, { type: 'Counted', tallyId, note }, index + 2)),
];
