import type { Money } from '../events/payment.events.ts';
import type { PaymentRequest } from '../events/payment.latest.ts';

export type PaymentStatus =
  'initiated' | 'authorized' | 'captured' | 'failed' | 'voided' | 'unknown' | 'partially_refunded' | 'refunded';

/** All money is in what the processor did: the requests and their outcomes. */
export interface Payment {
  readonly status: PaymentStatus;
  readonly paymentId: string;
  readonly orderId: string;
  readonly customerId: string;
  readonly amount: Money;
  readonly paymentToken: string;
  readonly requests: readonly PaymentRequest[];
  readonly cancellation: string | null;
  readonly failureReason: string | null;
}

export type PaymentState = { readonly status: 'uninitiated' } | Payment;
