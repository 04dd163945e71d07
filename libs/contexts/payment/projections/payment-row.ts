import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import type { PaymentEvent, PaymentEventOf } from '../events/payment.events.ts';
import type { RequestKind } from '../events/payment.latest.ts';
import type { OpenRequest, PaymentStatus } from './payment-list.table.ts';

/** A payment's row while events are applied to it. Amounts are minor units, times epoch milliseconds. */
export interface PaymentRow {
  readonly paymentId: string;
  readonly version: number;
  readonly status: PaymentStatus;
  readonly orderId: string;
  readonly customerId: string;
  readonly currency: string;
  readonly amount: number;
  readonly authorized: number;
  readonly captured: number;
  readonly refunded: number;
  readonly voided: boolean;
  readonly failureReason: string | null;
  readonly openRequests: readonly OpenRequest[];
  readonly initiatedAt: number;
  readonly updatedAt: number;
}

type Facts = Omit<PaymentRow, 'status' | 'version' | 'updatedAt'>;

/** The row after an event that continues its version; without a row, the event must be the payment's first. */
export function nextRow(row: PaymentRow | undefined, { meta, event }: RecordedEvent<PaymentEvent>): PaymentRow {
  const facts = factsAfter(row, event, meta);
  return { ...facts, status: statusOf(facts), version: meta.entityVersion, updatedAt: meta.occurredAt };
}

type Meta = RecordedEvent['meta'];

function factsAfter(row: PaymentRow | undefined, event: PaymentEvent, meta: Meta): Facts {
  if (event.type === 'PaymentInitiated' && !row) return initiated(event, meta);
  if (event.type === 'PaymentInitiated' || !row) {
    throw new Error(`payment ${event.paymentId} has ${event.type} as its version ${meta.entityVersion}`);
  }
  return { ...row, ...effectOf(row, event, meta) };
}

const initiated = (
  { paymentId, orderId, customerId, amount }: PaymentEventOf<'PaymentInitiated'>,
  { occurredAt }: Meta,
): Facts => ({
  paymentId,
  orderId,
  customerId,
  currency: amount.currency,
  amount: amount.amount,
  authorized: 0,
  captured: 0,
  refunded: 0,
  voided: false,
  failureReason: null,
  openRequests: [],
  initiatedAt: occurredAt,
});

function effectOf(
  row: PaymentRow,
  event: Exclude<PaymentEvent, { type: 'PaymentInitiated' }>,
  meta: Meta,
): Partial<Facts> {
  switch (event.type) {
    case 'AuthorizationRequested':
      return requested(row, 'authorize', row.amount, meta);
    case 'CaptureRequested':
      return requested(row, 'capture', event.amount.amount, meta);
    case 'VoidRequested':
      return requested(row, 'void', row.amount, meta);
    case 'RefundRequested':
      return requested(row, 'refund', event.amount.amount, meta);
    case 'PaymentAuthorized':
      return { ...answered(row, event.request), authorized: row.authorized + event.amount.amount };
    case 'PaymentCaptured':
      return { ...captured(row, event.request), captured: row.captured + event.amount.amount };
    case 'PaymentVoided':
      return { ...answered(row, event.request), voided: true };
    case 'PaymentRefunded': {
      const settled = event.refunded.amount === row.captured;
      return {
        ...answered(row, event.request),
        refunded: event.refunded.amount,
        ...(settled && { failureReason: null }),
      };
    }
    case 'RefundFailed':
    case 'PaymentFailed':
      return { ...answered(row, event.request), failureReason: event.reason };
    case 'PaymentOutcomeUnknown':
      return {
        openRequests: row.openRequests.map((one) =>
          one.requestId === event.request ? { ...one, outcomeUnknown: true } : one,
        ),
      };
    case 'CancellationRequested':
      return {};
    default:
      return event satisfies never;
  }
}

const requested = ({ openRequests }: PaymentRow, kind: RequestKind, amount: number, meta: Meta) => ({
  openRequests: [
    ...openRequests,
    { requestId: meta.eventId, kind, amount, requestedAt: meta.occurredAt, outcomeUnknown: false },
  ],
});

const answered = ({ openRequests }: PaymentRow, request: string) => ({
  openRequests: openRequests.filter(({ requestId }) => requestId !== request),
});

/** A captured authorization cannot be released any more. */
const captured = (row: PaymentRow, request: string) => ({
  openRequests: answered(row, request).openRequests.filter(({ kind }) => kind !== 'void'),
});

function statusOf(facts: Facts): PaymentStatus {
  const { openRequests, authorized, captured, refunded, voided, failureReason } = facts;
  if (openRequests.some(({ outcomeUnknown }) => outcomeUnknown)) return 'unknown';
  if (refunded > 0) return refunded === captured ? 'refunded' : 'partially_refunded';
  if (captured > 0) return 'captured';
  if (voided) return 'voided';
  if (failureReason !== null) return 'failed';
  return authorized > 0 ? 'authorized' : 'initiated';
}
