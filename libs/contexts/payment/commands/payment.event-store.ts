import { EventStoreHost } from '#mechanisms/service/index';
import type { PaymentCommand } from '../aggregate/payment.decide.ts';
import type { PaymentState } from '../aggregate/payment.state.ts';
import type { PaymentEvent } from '../events/payment.events.ts';

/** The payments of this process's partitions. */
export class PaymentEventStore extends EventStoreHost<PaymentState, PaymentCommand, PaymentEvent> {}
