import { entity } from '#mechanisms/schemas/entity';
import { customerEvents } from '../events/customer.events.ts';
import { CustomerLatest } from '../events/customer.latest.ts';

/** `customer-events`, `customer-latest` and `customer-control`, keyed by the customer's id. */
export const customer = entity({
  name: 'customer',
  idField: 'customerId',
  events: customerEvents,
  latest: CustomerLatest,
});
