import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The words that an order was placed with stand beside its lines, or ranking would cut them up again for every order found. */
export class StoreOrderWords1764300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX placed_by_part_of_words, placed_by_words');
    await runner.query(`
      ALTER TABLE events
        ADD COLUMN words text GENERATED ALWAYS AS (CASE WHEN type = 'OrderPlaced' THEN words(data) END) STORED,
        ADD COLUMN word_vector tsvector GENERATED ALWAYS AS
          (CASE WHEN type = 'OrderPlaced' THEN to_tsvector('simple', words(data)) END) STORED`);
    await runner.query(`
      CREATE INDEX placed_by_part_of_words ON events USING gin (words gin_trgm_ops) WHERE type = 'OrderPlaced'`);
    await runner.query(`CREATE INDEX placed_by_words ON events USING gin (word_vector) WHERE type = 'OrderPlaced'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE events DROP COLUMN words, DROP COLUMN word_vector');
    await runner.query(`
      CREATE INDEX placed_by_part_of_words ON events USING gin (words(data) gin_trgm_ops) WHERE type = 'OrderPlaced'`);
    await runner.query(`
      CREATE INDEX placed_by_words ON events
      USING gin (to_tsvector('simple', words(data))) WHERE type = 'OrderPlaced'`);
  }
}
