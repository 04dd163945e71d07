import { entity } from '#mechanisms/schemas/entity';
import { paymentEvents } from '../events/payment.events.ts';
import { PaymentLatest } from '../events/payment.latest.ts';

/** `payment-events`, `payment-latest` and `payment-control`, keyed by the payment's id. */
export const payment = entity({ name: 'payment', idField: 'paymentId', events: paymentEvents, latest: PaymentLatest });
