import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreatePaymentList1762400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE payments (
        payment_id uuid PRIMARY KEY,
        version bigint NOT NULL,
        status text NOT NULL,
        order_id uuid NOT NULL,
        customer_id uuid NOT NULL,
        currency text NOT NULL,
        amount bigint NOT NULL,
        authorized bigint NOT NULL,
        captured bigint NOT NULL,
        refunded bigint NOT NULL,
        voided boolean NOT NULL,
        failure_reason text,
        open_requests jsonb NOT NULL,
        initiated_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT payments_captured_is_authorized CHECK (captured <= authorized),
        CONSTRAINT payments_refunded_is_captured CHECK (refunded <= captured)
      )`);
    await runner.query('CREATE INDEX payments_by_time ON payments (initiated_at, payment_id)');
    await runner.query('CREATE INDEX payments_by_status ON payments (status, initiated_at, payment_id)');
    await runner.query('CREATE INDEX payments_by_order ON payments (order_id, initiated_at, payment_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE payments');
  }
}
