import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { RequestKind } from '../events/payment.latest.ts';

export type PaymentStatus =
  'initiated' | 'authorized' | 'captured' | 'failed' | 'voided' | 'unknown' | 'partially_refunded' | 'refunded';

/** A request to the card processor without an answer yet. */
export interface OpenRequest {
  readonly requestId: string;
  readonly kind: RequestKind;
  /** Minor units. */
  readonly amount: number;
  /** Epoch milliseconds. */
  readonly requestedAt: number;
  readonly outcomeUnknown: boolean;
}

/** One row per payment: what lists and the single payment show of it. Amounts are minor units of its currency. */
@Entity('payments')
@Check('payments_captured_is_authorized', 'captured <= authorized')
@Check('payments_refunded_is_captured', 'refunded <= captured')
@Index('payments_by_time', ['initiatedAt', 'paymentId'])
@Index('payments_by_status', ['status', 'initiatedAt', 'paymentId'])
@Index('payments_by_order', ['orderId', 'initiatedAt', 'paymentId'])
export class PaymentListRow {
  @PrimaryColumn({ type: 'uuid', name: 'payment_id', primaryKeyConstraintName: 'payments_pkey' })
  paymentId: string;

  /** Of the last event applied. */
  @Column({ type: 'bigint' })
  version: string;

  @Column({ type: 'text' })
  status: PaymentStatus;

  @Column({ type: 'uuid', name: 'order_id' })
  orderId: string;

  @Column({ type: 'uuid', name: 'customer_id' })
  customerId: string;

  @Column({ type: 'text' })
  currency: string;

  @Column({ type: 'bigint' })
  amount: string;

  @Column({ type: 'bigint' })
  authorized: string;

  @Column({ type: 'bigint' })
  captured: string;

  @Column({ type: 'bigint' })
  refunded: string;

  /** Whether the authorization is released. */
  @Column({ type: 'boolean' })
  voided: boolean;

  @Column({ type: 'text', name: 'failure_reason', nullable: true })
  failureReason: string | null;

  /** In the order in which they are worked. */
  @Column({ type: 'jsonb', name: 'open_requests' })
  openRequests: readonly OpenRequest[];

  @Column({ type: 'timestamptz', name: 'initiated_at' })
  initiatedAt: Date;

  @Column({ type: 'timestamptz', name: 'updated_at' })
  updatedAt: Date;
}
