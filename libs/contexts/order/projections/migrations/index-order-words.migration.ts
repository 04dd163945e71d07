import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Orders by the words they were placed with and the numbers they were shipped under: facts that never change. */
export class IndexOrderWords1764100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public');
    await runner.query(`
      CREATE FUNCTION words(placed jsonb) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN (
        SELECT string_agg((line ->> 'sku') || ' ' || (line ->> 'name'), E'\\n')
        FROM jsonb_array_elements(placed -> 'lines') AS line
      )`);
    await runner.query(`
      CREATE INDEX placed_by_part_of_words ON events
      USING gin (words(data) gin_trgm_ops) WHERE type = 'OrderPlaced'`);
    await runner.query(`
      CREATE INDEX placed_by_words ON events
      USING gin (to_tsvector('simple', words(data))) WHERE type = 'OrderPlaced'`);
    await runner.query(`
      CREATE INDEX shipped_by_tracking_number ON events
      USING gin ((data ->> 'trackingNumber') gin_trgm_ops) WHERE type = 'OrderShipped'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `DROP INDEX placed_by_part_of_words, placed_by_words,
        shipped_by_tracking_number`,
    );
    await runner.query('DROP FUNCTION words');
  }
}
