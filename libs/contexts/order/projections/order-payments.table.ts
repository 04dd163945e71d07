import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

export type PaymentStatus =
  'initiated' | 'authorized' | 'captured' | 'failed' | 'voided' | 'unknown' | 'partially_refunded' | 'refunded';

/** A request to the card processor without an answer yet. */
export interface OpenRequest {
  readonly requestId: string;
  readonly kind: 'authorize' | 'capture' | 'void' | 'refund';
  readonly outcomeUnknown: boolean;
}

/** One row per payment, and one payment per order. Amounts are minor units of its currency. */
@Entity('payments')
@Index('payments_by_order', ['orderId'], { unique: true })
export class OrderPaymentRow {
  @PrimaryColumn({ type: 'uuid', name: 'payment_id', primaryKeyConstraintName: 'payments_pkey' })
  paymentId: string;

  @Column({ type: 'uuid', name: 'order_id' })
  orderId: string;

  /** Of the last event applied. */
  @Column({ type: 'bigint' })
  version: string;

  @Column({ type: 'text' })
  status: PaymentStatus;

  @Column({ type: 'text' })
  currency: string;

  @Column({ type: 'bigint' })
  authorized: string;

  @Column({ type: 'bigint' })
  captured: string;

  @Column({ type: 'bigint' })
  refunded: string;

  /** Whether the authorization is released. */
  @Column({ type: 'boolean' })
  voided: boolean;

  /** Whether the processor ever declined a request. */
  @Column({ type: 'boolean' })
  failed: boolean;

  @Column({ type: 'jsonb', name: 'open_requests' })
  openRequests: readonly OpenRequest[];
}
