import type { EventModel } from '#mechanisms/event-store/index';
import type { CustomerCommand } from '../aggregate/customer.commands.ts';
import { customerDecider } from '../aggregate/customer.decider.ts';
import { CUSTOMER_FOLD_VERSION, fromLatest, toLatest } from '../aggregate/customer.latest.ts';
import type { CustomerState } from '../aggregate/customer.state.ts';
import type { CustomerEvent } from '../events/customer.events.ts';
import type { CustomerLatest } from '../events/customer.latest.ts';
import { customer } from '../topic/customer.topic.ts';

/** Customers as the event store keeps them. */
export const customerModel: EventModel<CustomerState, CustomerCommand, CustomerEvent> = {
  entity: customer,
  decider: customerDecider,
  foldVersion: CUSTOMER_FOLD_VERSION,
  toLatest: (state) => toLatest(state),
  fromLatest: (fields) => fromLatest(fields as CustomerLatest),
};
