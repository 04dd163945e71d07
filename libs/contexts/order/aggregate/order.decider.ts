import type { Decider } from '#mechanisms/event-sourcing/index';
import type { OrderEvent } from '../events/order.events.ts';
import { decide } from './order.decide.ts';
import type { OrderCommand } from './order.decide.ts';
import { evolve } from './order.evolve.ts';
import type { OrderState } from './order.state.ts';

export const orderDecider: Decider<OrderState, OrderCommand, OrderEvent> = {
  initialState: { status: 'unplaced' },
  decide,
  evolve,
};
