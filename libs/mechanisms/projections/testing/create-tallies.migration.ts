import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateTallies1762300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE TABLE tallies (
         tally_id uuid PRIMARY KEY, version bigint NOT NULL, count bigint NOT NULL, notes text NOT NULL)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE tallies');
  }
}
