import type { EventModel } from '#mechanisms/event-store/index';
import type { PaymentCommand } from '../aggregate/payment.decide.ts';
import { paymentDecider } from '../aggregate/payment.decider.ts';
import { fromLatest, PAYMENT_FOLD_VERSION, toLatest } from '../aggregate/payment.latest.ts';
import { openRequest } from '../aggregate/payment.open-request.ts';
import type { PaymentState } from '../aggregate/payment.state.ts';
import type { PaymentEvent } from '../events/payment.events.ts';
import type { PaymentLatest } from '../events/payment.latest.ts';
import { payment } from '../topic/payment.topic.ts';

/** Payments as the event store keeps them. */
export const paymentModel: EventModel<PaymentState, PaymentCommand, PaymentEvent> = {
  entity: payment,
  decider: paymentDecider,
  foldVersion: PAYMENT_FOLD_VERSION,
  toLatest: (state) => toLatest(state),
  fromLatest: (fields) => fromLatest(fields as PaymentLatest),
  openRequest,
};
