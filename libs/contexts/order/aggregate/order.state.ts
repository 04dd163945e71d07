import type { CancellationReason, Money, OrderLine, RejectionReason } from '../events/order.events.ts';

interface Placement {
  readonly orderId: string;
  readonly customerId: string;
  readonly lines: readonly OrderLine[];
  readonly total: Money;
  readonly paymentToken: string;
}

interface Shipment {
  readonly paymentId: string;
  readonly carrier: string;
  readonly trackingNumber: string;
}

export type OrderState =
  | { readonly status: 'unplaced' }
  | (Placement & { readonly status: 'placed'; readonly validateBy: number })
  | (Placement & { readonly status: 'validated'; readonly payBy: number })
  | (Placement & { readonly status: 'rejected'; readonly reason: RejectionReason })
  | (Placement & { readonly status: 'paid'; readonly paymentId: string })
  | (Placement & Shipment & { readonly status: 'shipped' })
  | (Placement & Shipment & { readonly status: 'delivered' })
  | (Placement & {
      readonly status: 'cancelled';
      readonly reason: CancellationReason;
      readonly reasonText: string | null;
    });

export type OrderStatus = Exclude<OrderState['status'], 'unplaced'>;
