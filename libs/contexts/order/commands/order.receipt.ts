import type { Receipt } from '#mechanisms/event-store/index';
import type { OrderStatus } from '../aggregate/order.state.ts';

/** The answer to an accepted command on an order. */
export interface OrderReceipt extends Receipt {
  readonly status: OrderStatus;
  readonly reason?: string;
}
