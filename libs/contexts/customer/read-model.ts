// The door for the read sides of other contexts, which may hold the table of customers in a schema of their own.
export { CustomerFields } from './graph/customer.type.ts';
export { customersResolver } from './graph/customers.resolver.ts';
export { projectCustomers } from './projections/customer-list.projection.ts';
export { CustomerListRow } from './projections/customer-list.table.ts';
export { CreateCustomerList1762300000000 } from './projections/migrations/create-customer-list.migration.ts';
export { CUSTOMER_TABLE } from './queries/customer-tables.ts';
export { toCustomerView } from './queries/customer.view.ts';
export type { CustomerRow, CustomerView } from './queries/customer.view.ts';
export { GetCustomerHandler } from './queries/get-customer.query.ts';
export { GetCustomers, GetCustomersHandler } from './queries/get-customers.query.ts';
export { ListCustomersHandler } from './queries/list-customers.query.ts';
