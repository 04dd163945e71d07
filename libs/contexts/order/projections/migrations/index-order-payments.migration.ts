import type { MigrationInterface, QueryRunner } from 'typeorm';

export class IndexOrderPayments1764200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE UNIQUE INDEX payments_one_of_an_order ON payments (order_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX payments_one_of_an_order');
  }
}
