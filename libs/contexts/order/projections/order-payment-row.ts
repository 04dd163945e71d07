import type { PaymentEvent, PaymentEventOf } from '#contexts/payment/index';
import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import type { OpenRequest, PaymentStatus } from './order-payments.table.ts';

/** A payment's row while events are applied to it. Amounts are minor units. */
export interface PaymentRow {
  readonly paymentId: string;
  readonly orderId: string;
  readonly version: number;
  readonly status: PaymentStatus;
  readonly currency: string;
  readonly authorized: number;
  readonly captured: number;
  readonly refunded: number;
  readonly voided: boolean;
  readonly failed: boolean;
  readonly openRequests: readonly OpenRequest[];
}

type Facts = Omit<PaymentRow, 'status' | 'version'>;

/** The row after an event that continues its version; without a row, the event must be the payment's first. */
export function nextPayment(row: PaymentRow | undefined, { meta, event }: RecordedEvent<PaymentEvent>): PaymentRow {
  const { eventId, entityVersion: version } = meta;
  if ((event.type === 'PaymentInitiated') !== (row === undefined)) {
    throw new Error(`payment ${event.paymentId} has ${event.type} as its version ${version}`);
  }
  const facts = event.type === 'PaymentInitiated' ? initiated(event) : { ...row!, ...effectOf(row!, event, eventId) };
  return { ...facts, status: statusOf(facts), version };
}

const initiated = ({ paymentId, orderId, amount }: PaymentEventOf<'PaymentInitiated'>): Facts => ({
  paymentId,
  orderId,
  currency: amount.currency,
  authorized: 0,
  captured: 0,
  refunded: 0,
  voided: false,
  failed: false,
  openRequests: [],
});

function effectOf(
  row: PaymentRow,
  event: Exclude<PaymentEvent, { type: 'PaymentInitiated' }>,
  eventId: string,
): Partial<Facts> {
  switch (event.type) {
    case 'AuthorizationRequested':
      return requested(row, 'authorize', eventId);
    case 'CaptureRequested':
      return requested(row, 'capture', eventId);
    case 'VoidRequested':
      return requested(row, 'void', eventId);
    case 'RefundRequested':
      return requested(row, 'refund', eventId);
    case 'PaymentAuthorized':
      return { openRequests: without(row, event.request), authorized: row.authorized + event.amount.amount };
    case 'PaymentCaptured':
      return { openRequests: withoutVoids(row, event.request), captured: row.captured + event.amount.amount };
    case 'PaymentVoided':
      return { openRequests: without(row, event.request), voided: true };
    case 'PaymentRefunded':
      return { openRequests: without(row, event.request), refunded: event.refunded.amount };
    case 'RefundFailed':
    case 'PaymentFailed':
      return { openRequests: without(row, event.request), failed: true };
    case 'PaymentOutcomeUnknown':
      return { openRequests: row.openRequests.map((one) => doubted(one, event.request)) };
    case 'CancellationRequested':
      return {};
    default:
      return event satisfies never;
  }
}

const requested = ({ openRequests }: PaymentRow, kind: OpenRequest['kind'], requestId: string) => ({
  openRequests: [...openRequests, { requestId, kind, outcomeUnknown: false }],
});

const without = ({ openRequests }: PaymentRow, request: string): OpenRequest[] =>
  openRequests.filter(({ requestId }) => requestId !== request);

/** A captured authorization cannot be released any more. */
const withoutVoids = (row: PaymentRow, request: string): OpenRequest[] =>
  without(row, request).filter(({ kind }) => kind !== 'void');

const doubted = (one: OpenRequest, request: string): OpenRequest =>
  one.requestId === request ? { ...one, outcomeUnknown: true } : one;

function statusOf({ openRequests, authorized, captured, refunded, voided, failed }: Facts): PaymentStatus {
  if (openRequests.some(({ outcomeUnknown }) => outcomeUnknown)) return 'unknown';
  if (refunded > 0) return refunded === captured ? 'refunded' : 'partially_refunded';
  if (captured > 0) return 'captured';
  if (voided) return 'voided';
  if (failed) return 'failed';
  return authorized > 0 ? 'authorized' : 'initiated';
}
