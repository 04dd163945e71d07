import { EventStoreHost } from '#mechanisms/service/index';
import type { CustomerCommand } from '../aggregate/customer.commands.ts';
import type { CustomerState } from '../aggregate/customer.state.ts';
import type { CustomerEvent } from '../events/customer.events.ts';

/** The customers of this process's partitions. */
export class CustomerEventStore extends EventStoreHost<CustomerState, CustomerCommand, CustomerEvent> {}
