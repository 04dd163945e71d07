import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateCustomerList1762300000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE customers (
        customer_id uuid PRIMARY KEY,
        version bigint NOT NULL,
        status text NOT NULL,
        name text,
        email text,
        credit_limit bigint,
        reserved bigint NOT NULL CONSTRAINT customers_reserve_no_less_than_nothing CHECK (reserved >= 0),
        currency text,
        registered_at timestamptz,
        updated_at timestamptz NOT NULL,
        CONSTRAINT customers_are_whole
          CHECK (status = 'unregistered' OR (name, email, credit_limit, currency, registered_at) IS NOT NULL)
      )`);
    await runner.query('CREATE INDEX customers_by_time ON customers (registered_at, customer_id)');
    await runner.query('CREATE INDEX customers_by_status ON customers (status, registered_at, customer_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE customers');
  }
}
