import type { Folded } from '../fold-entity.ts';
import type { Row } from '../table-rows.ts';

/** A row of `orders_v1.customers`. */
export const orderCustomerRow = ({ version, state }: Folded): Row => ({
  customer_id: state['customerId'],
  version: String(version),
  name: state['name'],
  email: state['email'],
});
