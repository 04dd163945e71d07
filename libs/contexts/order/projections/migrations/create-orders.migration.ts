import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateOrders1762300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE orders (
        order_id uuid PRIMARY KEY,
        version bigint NOT NULL,
        status text NOT NULL,
        customer_id uuid NOT NULL,
        lines jsonb NOT NULL,
        total_amount bigint NOT NULL,
        currency text NOT NULL,
        reason text,
        reason_text text,
        carrier text,
        tracking_number text,
        placed_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL
      )`);
    await runner.query('CREATE INDEX orders_by_time ON orders (placed_at, order_id)');
    await runner.query('CREATE INDEX orders_by_status ON orders (status, placed_at, order_id)');
    await runner.query('CREATE INDEX orders_by_customer ON orders (customer_id, placed_at, order_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE orders');
  }
}
