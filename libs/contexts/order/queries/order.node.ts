import { toCustomerView } from '#contexts/customer/read-model';
import type { CustomerRow, CustomerView } from '#contexts/customer/read-model';
import { toPaymentView } from '#contexts/payment/read-model';
import type { PaymentRow, PaymentView } from '#contexts/payment/read-model';
import type { PageKey } from '#mechanisms/projections/index';
import { OWN_COLUMNS, toOwnView } from './order.view.ts';
import type { OrderShape, OrderView, OwnColumns } from './order.view.ts';

/** An order with the whole of its customer and its payment, read in one statement. */
export interface OrderNode extends Omit<OrderView, 'customer' | 'payment'> {
  readonly customerId: string;
  /** Missing until the customer is known to be registered. */
  readonly customer?: CustomerView;
  /** Missing until the payment is initiated. */
  readonly payment?: PaymentView;
  /** Its place in a search, before the time. */
  readonly rank?: number;
}

/** Neighbours come as JSON: their rows have names and types of their own. */
export interface OrderNodeRow extends OwnColumns {
  readonly customer: CustomerRow | null;
  readonly payment: PaymentRow | null;
  readonly rank?: number;
}

export const ORDER_NODE: OrderShape<OrderNodeRow, OrderNode> = {
  columns: `${OWN_COLUMNS}, CASE WHEN customers.status <> 'unregistered' THEN to_json(customers) END AS customer,
    to_json(payments) AS payment`,
  show: (row) => ({
    ...toOwnView(row),
    customerId: row.customer_id,
    ...(row.customer && { customer: toCustomerView(row.customer) }),
    ...(row.payment && { payment: toPaymentView(row.payment) }),
    ...(row.rank !== undefined && { rank: row.rank }),
  }),
};

/** The place of an order in the list that it was found by. */
export const keyOf = ({ rank, placedAt, orderId }: OrderNode): PageKey => ({
  ...(rank !== undefined && { rank }),
  time: Date.parse(placedAt),
  id: orderId,
});
