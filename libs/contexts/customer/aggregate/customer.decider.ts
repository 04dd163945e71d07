import type { Decider } from '#mechanisms/event-sourcing/index';
import type { CustomerEvent } from '../events/customer.events.ts';
import type { CustomerCommand } from './customer.commands.ts';
import { decide } from './customer.decide.ts';
import { evolve } from './customer.evolve.ts';
import type { CustomerState } from './customer.state.ts';

export const customerDecider: Decider<CustomerState, CustomerCommand, CustomerEvent> = {
  initialState: { status: 'unknown' },
  decide,
  evolve,
};
