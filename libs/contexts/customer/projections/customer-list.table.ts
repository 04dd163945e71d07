import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

export type CustomerStatus = 'active' | 'suspended';

/** One row per stream; those that only met declines are `unregistered` and shown nowhere. */
@Entity('customers')
@Index('customers_by_time', ['registeredAt', 'customerId'])
@Index('customers_by_status', ['status', 'registeredAt', 'customerId'])
@Check(
  'customers_are_whole',
  `status = 'unregistered' OR (name, email, credit_limit, currency, registered_at) IS NOT NULL`,
)
@Check('customers_reserve_no_less_than_nothing', 'reserved >= 0')
export class CustomerListRow {
  @PrimaryColumn({ type: 'uuid', name: 'customer_id', primaryKeyConstraintName: 'customers_pkey' })
  customerId: string;

  /** Of the last event applied. */
  @Column({ type: 'bigint' })
  version: string;

  @Column({ type: 'text' })
  status: CustomerStatus | 'unregistered';

  @Column({ type: 'text', nullable: true })
  name: string | null;

  @Column({ type: 'text', nullable: true })
  email: string | null;

  /** Minor units of the currency. */
  @Column({ type: 'bigint', name: 'credit_limit', nullable: true })
  creditLimit: string | null;

  /** What all open orders hold, in minor units of the currency. */
  @Column({ type: 'bigint' })
  reserved: string;

  @Column({ type: 'text', nullable: true })
  currency: string | null;

  @Column({ type: 'timestamptz', name: 'registered_at', nullable: true })
  registeredAt: Date | null;

  @Column({ type: 'timestamptz', name: 'updated_at' })
  updatedAt: Date;
}
