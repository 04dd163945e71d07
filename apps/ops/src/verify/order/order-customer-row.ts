import type { Folded } from '../fold-entity.ts';
import type { Row } from '../table.ts';

/** A row of `customers` of the projection `orders`. */
export const orderCustomerRow = ({ version, state }: Folded): Row => ({
  customer_id: state['customerId'],
  version: String(version),
  name: state['name'],
  email: state['email'],
});
