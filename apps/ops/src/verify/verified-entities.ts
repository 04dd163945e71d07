import { customerRow } from './customer/customer-row.ts';
import { customerRules } from './customer/fold-customer.ts';
import { orderRules } from './order/fold-order.ts';
import { orderCustomerRow } from './order/order-customer-row.ts';
import { orderPaymentRow } from './order/order-payment-row.ts';
import { orderRow } from './order/order-row.ts';
import { paymentRules } from './payment/fold-payment.ts';
import { paymentRow } from './payment/payment-row.ts';
import type { VerifiedEntity } from './verify-entity.ts';

/** It holds all three contexts side by side. */
const ORDER_QUERY = { projection: 'orders' };

export const CUSTOMERS: VerifiedEntity = {
  idField: 'customerId',
  events: 'customer-events',
  latest: 'customer-latest',
  rules: customerRules,
  tables: [
    {
      projection: 'customers',
      table: 'customers',
      idColumn: 'customer_id',
      rowOf: customerRow,
    },
    { ...ORDER_QUERY, table: 'customers', idColumn: 'customer_id', rowOf: orderCustomerRow },
  ],
};

export const ORDERS: VerifiedEntity = {
  idField: 'orderId',
  events: 'order-events',
  latest: 'order-latest',
  rules: orderRules,
  tables: [{ ...ORDER_QUERY, table: 'orders', idColumn: 'order_id', rowOf: orderRow }],
};

export const PAYMENTS: VerifiedEntity = {
  idField: 'paymentId',
  events: 'payment-events',
  latest: 'payment-latest',
  rules: paymentRules,
  tables: [
    { projection: 'payments', table: 'payments', idColumn: 'payment_id', rowOf: paymentRow },
    { ...ORDER_QUERY, table: 'payments', idColumn: 'payment_id', rowOf: orderPaymentRow },
  ],
};
