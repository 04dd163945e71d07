import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The versions of projections, and which of them each revision of the code reads from. What was projected before there
 * were versions is version 1 of revision 1, and current.
 */
export class AddVersions1764200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE projections.versions (
        projection text NOT NULL,
        version integer NOT NULL,
        revision integer NOT NULL,
        tables text[],
        rate integer CHECK (rate > 0),
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        switched_at timestamptz,
        paused_at timestamptz,
        dropped_at timestamptz,
        PRIMARY KEY (projection, version)
      )`);
    await runner.query(`
      CREATE TABLE projections.current (
        projection text NOT NULL,
        revision integer NOT NULL,
        version integer NOT NULL,
        previous integer,
        PRIMARY KEY (projection, revision),
        FOREIGN KEY (projection, version) REFERENCES projections.versions
      )`);
    await runner.query('ALTER TABLE projections.checkpoints ADD hold_at bigint, ADD hold_until timestamptz');
    await runner.query(`
      INSERT INTO projections.versions (projection, version, revision, tables, switched_at)
      SELECT DISTINCT projection, version, version, '{}'::text[], now() FROM projections.checkpoints`);
    await runner.query(`
      INSERT INTO projections.current (projection, revision, version)
      SELECT projection, revision, version FROM projections.versions`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE projections.current, projections.versions');
    await runner.query('ALTER TABLE projections.checkpoints DROP hold_at, DROP hold_until');
  }
}
