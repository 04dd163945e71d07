import { latest, list, long, money, nullable, record, text, timestamp, uuid } from '#mechanisms/schemas/declare';
import type { RecordOf, ValueOf } from '#mechanisms/schemas/declare';

export type RequestKind = 'authorize' | 'capture' | 'void' | 'refund';

/**
 * What is known of a request to the card processor. `unknown` is still open: nobody could tell yet what became of it.
 * `superseded` is a void that a late capture has made pointless.
 */
export type RequestOutcome = 'open' | 'unknown' | 'done' | 'declined' | 'superseded';

const processorRequest = record('factstream.payment.ProcessorRequest', {
  /** Of the event that asked; the processor's idempotency key. */
  requestId: uuid(),
  kind: text<RequestKind>(),
  /** In minor units of the payment's currency. */
  amount: long(),
  requestedAt: timestamp(),
  outcome: text<RequestOutcome>(),
});
export type PaymentRequest = ValueOf<typeof processorRequest>;

/** The whole payment after its newest event, as it stands in the latest topic. */
export const PaymentLatest = latest('factstream.payment.PaymentLatest', 1, {
  paymentId: uuid(),
  orderId: uuid(),
  customerId: uuid(),
  status: text(),
  amount: money,
  authorized: money,
  captured: money,
  refunded: money,
  paymentToken: text(),
  /** Every request to the processor, in the order in which they are worked. */
  requests: list(processorRequest),
  /** Why the payment is to be undone, once it is. */
  cancellation: nullable(text()),
  failureReason: nullable(text()),
});
export type PaymentLatest = Omit<RecordOf<typeof PaymentLatest>, 'meta'>;
