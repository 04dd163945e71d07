import type { MigrationInterface, QueryRunner } from 'typeorm';

export class IndexCustomerNames1764100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public');
    await runner.query('CREATE INDEX customers_by_part_of_name ON customers USING gin (name gin_trgm_ops)');
    await runner.query(`CREATE INDEX customers_by_words_of_name ON customers USING gin (to_tsvector('simple', name))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX customers_by_words_of_name, customers_by_part_of_name');
  }
}
