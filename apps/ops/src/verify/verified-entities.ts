import { customerRow } from './customer/customer-row.ts';
import { customerRules } from './customer/fold-customer.ts';
import { historyTables } from './history-tables.ts';
import { orderRules } from './order/fold-order.ts';
import { orderRow } from './order/order-row.ts';
import { orderSnapshot } from './order/order-snapshot.ts';
import { paymentRules } from './payment/fold-payment.ts';
import { paymentRow } from './payment/payment-row.ts';
import { entityTable } from './table.ts';
import type { VerifiedEntity } from './verify-entity.ts';

export const CUSTOMERS: VerifiedEntity = {
  idField: 'customerId',
  events: 'customer-events',
  latest: 'customer-latest',
  control: 'customer-control',
  rules: customerRules,
  projections: [
    { name: 'customers', tables: [entityTable('customers', 'customer_id', customerRow)] },
    { name: 'orders', tables: [entityTable('customers', 'customer_id', customerRow)] },
    { name: 'customer_history', tables: historyTables() },
  ],
};

export const ORDERS: VerifiedEntity = {
  idField: 'orderId',
  events: 'order-events',
  latest: 'order-latest',
  control: 'order-control',
  rules: orderRules,
  projections: [
    { name: 'orders', tables: [entityTable('orders', 'order_id', orderRow)] },
    { name: 'order_history', tables: historyTables(orderSnapshot) },
  ],
};

export const PAYMENTS: VerifiedEntity = {
  idField: 'paymentId',
  events: 'payment-events',
  latest: 'payment-latest',
  control: 'payment-control',
  rules: paymentRules,
  projections: [
    { name: 'payments', tables: [entityTable('payments', 'payment_id', paymentRow)] },
    { name: 'orders', tables: [entityTable('payments', 'payment_id', paymentRow)] },
    { name: 'payment_history', tables: historyTables() },
  ],
};
