interface Money {
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
}

export type OperationKind = 'authorize' | 'capture' | 'void' | 'refund';

/** What a client wants done on one charge. */
export interface Operation {
  readonly kind: OperationKind;
  readonly paymentId: string;
  readonly amount: Money;
  /** Of an authorization; later operations are on the card that it named. */
  readonly token?: string;
}

interface Kept {
  /** The client's idempotency key. */
  readonly requestId: string;
  /** RFC 3339. */
  readonly at: string;
}

/** A request with what became of it, as it stands in the books for ever. */
export type OperationEntry = Kept &
  Operation &
  (
    { readonly outcome: 'done'; readonly reference: string } | { readonly outcome: 'declined'; readonly reason: string }
  );

/** A key that was cancelled before its request arrived. */
type CancelledKey = Kept & { readonly outcome: 'cancelled' };

export type Entry = OperationEntry | CancelledKey;
