/** Injects the projection that holds the table of payments: another context may hold one of its own. */
export const PAYMENT_TABLE = Symbol('the projection that holds the table of payments');
