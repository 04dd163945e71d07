import type { MigrationInterface, QueryRunner } from 'typeorm';
import type { MigrationClass } from '#mechanisms/projections/index';

/** The tables of a history in the schema of its projection. */
export const createHistory = (schema: string): MigrationClass =>
  class CreateHistory1764000000000 implements MigrationInterface {
    async up(runner: QueryRunner): Promise<void> {
      await runner.query(`
        CREATE TABLE ${schema}.events (
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
        CREATE TABLE ${schema}.snapshots (
          entity_id uuid NOT NULL,
          version bigint NOT NULL,
          state jsonb NOT NULL,
          PRIMARY KEY (entity_id, version)
        )`);
    }

    async down(runner: QueryRunner): Promise<void> {
      await runner.query(`DROP TABLE ${schema}.snapshots, ${schema}.events`);
    }
  };
