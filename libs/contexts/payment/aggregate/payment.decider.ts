import type { Decider } from '#mechanisms/event-sourcing/index';
import type { PaymentEvent } from '../events/payment.events.ts';
import { decide } from './payment.decide.ts';
import type { PaymentCommand } from './payment.decide.ts';
import { evolve } from './payment.evolve.ts';
import type { PaymentState } from './payment.state.ts';

export const paymentDecider: Decider<PaymentState, PaymentCommand, PaymentEvent> = {
  initialState: { status: 'uninitiated' },
  decide,
  evolve,
};
