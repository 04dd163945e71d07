/** Injects the projection that holds the table of customers: another context may hold one of its own. */
export const CUSTOMER_TABLE = Symbol('the projection that holds the table of customers');
