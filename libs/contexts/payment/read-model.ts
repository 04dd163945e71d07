// The door for the read sides of other contexts, which may hold the table of payments in a schema of their own.
export { PaymentFields } from './graph/payment.type.ts';
export { paymentsResolver } from './graph/payments.resolver.ts';
export { CreatePaymentList1762400000000 } from './projections/migrations/create-payment-list.migration.ts';
export { projectPayments } from './projections/payment-list.projection.ts';
export { PaymentListRow } from './projections/payment-list.table.ts';
export type { PaymentStatus } from './projections/payment-list.table.ts';
export { GetPaymentHandler } from './queries/get-payment.query.ts';
export { ListPaymentsHandler } from './queries/list-payments.query.ts';
export { PAYMENT_TABLE } from './queries/payment-tables.ts';
export { toPaymentView } from './queries/payment.view.ts';
export type { PaymentRow, PaymentView } from './queries/payment.view.ts';
