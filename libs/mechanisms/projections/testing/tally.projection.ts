import { Controller } from '@nestjs/common';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import { event, int, latest, text, uuid } from '#mechanisms/schemas/declare';
import type { EventOf } from '#mechanisms/schemas/declare';
import { entity } from '#mechanisms/schemas/entity';
import { VersionConflict } from '../errors.ts';
import { ProjectEvents } from '../project-events.decorator.ts';
import type { Sql } from '../project-events.decorator.ts';
import { projection } from '../projection.ts';

const Opened = event('factstream.testing.Opened', 1, { tallyId: uuid(), limit: int() });
const Counted = event('factstream.testing.Counted', 1, { tallyId: uuid(), note: text() });
const Latest = latest('factstream.testing.TallyLatest', 1, { tallyId: uuid(), count: int() });

export const tally = entity({ name: 'tally', idField: 'tallyId', events: [Opened, Counted], latest: Latest });
export type TallyEvent = EventOf<typeof Opened> | EventOf<typeof Counted>;

export class CreateTallies1762300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE tallies_v1.tallies (
         tally_id uuid PRIMARY KEY, version bigint NOT NULL, count bigint NOT NULL, notes text NOT NULL)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE tallies_v1.tallies');
  }
}

export const tallies = projection({
  name: 'tallies',
  version: 1,
  sources: [tally],
  migrations: [CreateTallies1762300000000],
});

/** Counts, and keeps the notes in their order; the simplest guard: one statement per event. */
@Controller()
export class TallyProjection {
  /** Called before the statement of each event, and at the end of each batch. */
  beforeEach: (event: RecordedEvent<TallyEvent>, sql: Sql) => unknown = () => undefined;
  atEnd: (sql: Sql) => unknown = () => undefined;

  @ProjectEvents(tallies, tally)
  async apply(events: readonly RecordedEvent<TallyEvent>[], sql: Sql): Promise<void> {
    for (const recorded of events) {
      await this.beforeEach(recorded, sql);
      const { entityId, meta, event } = recorded;
      const [added, note] = event.type === 'Opened' ? [0, ''] : [1, event.note];
      const { rowCount } = await sql.query(
        `INSERT INTO tallies_v1.tallies VALUES ($1, 1, $3, $4) ON CONFLICT (tally_id) DO UPDATE
         SET version = $2, count = tallies.count + $3, notes = tallies.notes || $4 WHERE tallies.version = $2 - 1`,
        [entityId, meta.entityVersion, added, note],
      );
      if (rowCount === 0) throw new VersionConflict(entityId, 0, meta.entityVersion);
    }
    await this.atEnd(sql);
  }
}
