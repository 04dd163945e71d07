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
const ORDER_QUERY = { projection: 'orders', version: 1 };

export const CUSTOMERS: VerifiedEntity = {
  idField: 'customerId',
  events: 'customer-events',
  latest: 'customer-latest',
  rules: customerRules,
  tables: [
    {
      projection: 'customers',
      version: 1,
      name: 'customers_v1.customers',
      idColumn: 'customer_id',
      rowOf: customerRow,
    },
    { ...ORDER_QUERY, name: 'orders_v1.customers', idColumn: 'customer_id', rowOf: orderCustomerRow },
  ],
};

export const ORDERS: VerifiedEntity = {
  idField: 'orderId',
  events: 'order-events',
  latest: 'order-latest',
  rules: orderRules,
  tables: [{ ...ORDER_QUERY, name: 'orders_v1.orders', idColumn: 'order_id', rowOf: orderRow }],
};

export const PAYMENTS: VerifiedEntity = {
  idField: 'paymentId',
  events: 'payment-events',
  latest: 'payment-latest',
  rules: paymentRules,
  tables: [
    { projection: 'payments', version: 1, name: 'payments_v1.payments', idColumn: 'payment_id', rowOf: paymentRow },
    { ...ORDER_QUERY, name: 'orders_v1.payments', idColumn: 'payment_id', rowOf: orderPaymentRow },
  ],
};
