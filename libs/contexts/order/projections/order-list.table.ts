import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { OrderLine } from '../events/order.events.ts';

export type OrderStatus = 'placed' | 'validated' | 'rejected' | 'paid' | 'shipped' | 'delivered' | 'cancelled';

/** One row per order: what lists and the single order show of it. */
@Entity('orders')
@Index('orders_by_time', ['placedAt', 'orderId'])
@Index('orders_by_status', ['status', 'placedAt', 'orderId'])
@Index('orders_by_customer', ['customerId', 'placedAt', 'orderId'])
export class OrderListRow {
  @PrimaryColumn({ type: 'uuid', name: 'order_id', primaryKeyConstraintName: 'orders_pkey' })
  orderId: string;

  /** Of the last event applied. */
  @Column({ type: 'bigint' })
  version: string;

  @Column({ type: 'text' })
  status: OrderStatus;

  @Column({ type: 'uuid', name: 'customer_id' })
  customerId: string;

  @Column({ type: 'jsonb' })
  lines: readonly OrderLine[];

  /** Minor units of the currency. */
  @Column({ type: 'bigint', name: 'total_amount' })
  totalAmount: string;

  @Column({ type: 'text' })
  currency: string;

  @Column({ type: 'text', nullable: true })
  reason: string | null;

  @Column({ type: 'text', name: 'reason_text', nullable: true })
  reasonText: string | null;

  @Column({ type: 'text', nullable: true })
  carrier: string | null;

  @Column({ type: 'text', name: 'tracking_number', nullable: true })
  trackingNumber: string | null;

  @Column({ type: 'timestamptz', name: 'placed_at' })
  placedAt: Date;

  @Column({ type: 'timestamptz', name: 'updated_at' })
  updatedAt: Date;
}
