/** One event of an order as the topic has it. */
export interface OrderFact {
  readonly orderId: string;
  readonly version: number;
  readonly type: string;
  readonly partition: number;
  readonly offset: number;
  /** The operation that a client's command came with; undefined when a reaction or a deadline led to it. */
  readonly operationId?: string;
}

/** The status that an event leaves the order in. */
export const STATUS_AFTER: Readonly<Record<string, string>> = {
  OrderPlaced: 'placed',
  OrderValidated: 'validated',
  OrderRejected: 'rejected',
  OrderPaid: 'paid',
  OrderShipped: 'shipped',
  OrderDelivered: 'delivered',
  OrderCancelled: 'cancelled',
};
