import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The tables of a history. */
export class CreateHistory1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
        CREATE TABLE events (
          entity_id uuid NOT NULL,
          version bigint NOT NULL,
          type text NOT NULL,
          at timestamptz NOT NULL,
          event_id uuid NOT NULL,
          command_id uuid NOT NULL,
          correlation_id text NOT NULL,
          causation_id uuid NOT NULL,
          actor text NOT NULL,
          data jsonb NOT NULL,
          PRIMARY KEY (entity_id, version)
        )`);
    await runner.query(`
        CREATE TABLE snapshots (
          entity_id uuid NOT NULL,
          version bigint NOT NULL,
          state jsonb NOT NULL,
          PRIMARY KEY (entity_id, version)
        )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE snapshots, events`);
  }
}
