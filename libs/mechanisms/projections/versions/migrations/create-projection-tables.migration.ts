import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The runner's own tables, in schema `projections`: every database has them once, whatever projections it holds. */
export class CreateProjectionTables1762300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE projections.checkpoints (
        projection text NOT NULL,
        version integer NOT NULL,
        topic text NOT NULL,
        partition integer NOT NULL,
        next_offset bigint NOT NULL DEFAULT 0,
        consumed bigint NOT NULL DEFAULT 0,
        projected bigint NOT NULL DEFAULT 0,
        duplicates bigint NOT NULL DEFAULT 0,
        updated_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (projection, version, topic, partition),
        CHECK (consumed = projected + duplicates)
      ) WITH (fillfactor = 50)`);
    await runner.query(`
      CREATE TABLE projections.processed_events (
        event_id uuid NOT NULL,
        projection text NOT NULL,
        version integer NOT NULL,
        PRIMARY KEY (event_id, projection, version)
      ) PARTITION BY RANGE (event_id)`);
    await runner.query(
      'CREATE TABLE projections.processed_events_default PARTITION OF projections.processed_events DEFAULT',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE projections.processed_events, projections.checkpoints');
  }
}
