import { Entity, Index } from 'typeorm';
import { CustomerListRow } from '#contexts/customer/read-model';
import { PaymentListRow } from '#contexts/payment/read-model';

/** As in the customer context; its orders are also found by its name. */
@Entity('customers')
@Index('customers_by_part_of_name', { synchronize: false })
export class OrderCustomerRow extends CustomerListRow {}

/** As in the payment context; an order has one payment. */
@Entity('payments')
@Index('payments_one_of_an_order', ['orderId'], { unique: true })
export class OrderPaymentRow extends PaymentListRow {}
