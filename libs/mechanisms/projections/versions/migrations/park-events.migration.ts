import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Events that a projection version has put aside, and those that were given up. Keys may be longer than a B-tree takes. */
export class ParkEvents1764700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE projections.checkpoints
        ADD COLUMN parked bigint NOT NULL DEFAULT 0 CHECK (parked >= 0),
        ADD COLUMN discarded bigint NOT NULL DEFAULT 0,
        DROP CONSTRAINT checkpoints_check,
        ADD CONSTRAINT every_event_counted CHECK (consumed = projected + duplicates + parked + discarded)`);
    const record = `
        projection text NOT NULL,
        version integer NOT NULL,
        topic text NOT NULL,
        partition integer NOT NULL,
        record_offset bigint NOT NULL,
        record_timestamp bigint NOT NULL,
        key bytea,
        value bytea,
        headers json NOT NULL,
        event_id uuid,
        error text NOT NULL,
        attempts integer NOT NULL,
        first_failed_at timestamptz NOT NULL DEFAULT now(),
        last_failed_at timestamptz NOT NULL DEFAULT now()`;
    await runner.query(`
      CREATE TABLE projections.parked_events (${record},
        behind_offset bigint,
        sent_at timestamptz,
        PRIMARY KEY (projection, version, topic, partition, record_offset)
      )`);
    await runner.query('CREATE INDEX parked_keys ON projections.parked_events USING hash (key)');
    await runner.query(`
      CREATE INDEX parked_unsent ON projections.parked_events (projection, version, topic, partition, record_offset)
      WHERE sent_at IS NULL`);
    await runner.query(`
      CREATE TABLE projections.discarded_events (${record},
        discarded_at timestamptz NOT NULL DEFAULT now(),
        discarded_by text NOT NULL,
        reason text NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE projections.parked_events, projections.discarded_events');
    await runner.query(`
      ALTER TABLE projections.checkpoints
        DROP CONSTRAINT every_event_counted, DROP COLUMN parked, DROP COLUMN discarded,
        ADD CONSTRAINT checkpoints_check CHECK (consumed = projected + duplicates)`);
  }
}
