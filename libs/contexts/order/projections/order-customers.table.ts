import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One row per stream of a customer; without a name while the customer is not registered. */
@Entity('customers')
@Index('customers_by_part_of_name', { synchronize: false })
export class OrderCustomerRow {
  @PrimaryColumn({ type: 'uuid', name: 'customer_id', primaryKeyConstraintName: 'customers_pkey' })
  customerId: string;

  /** Of the last event applied. */
  @Column({ type: 'bigint' })
  version: string;

  @Column({ type: 'text', nullable: true })
  name: string | null;

  @Column({ type: 'text', nullable: true })
  email: string | null;
}
