import type { PaymentRequest, RequestKind } from '../events/payment.latest.ts';
import type { Payment } from './payment.state.ts';

type Requests = Pick<Payment, 'requests'>;

export const isOpen = ({ outcome }: PaymentRequest): boolean => outcome === 'open' || outcome === 'unknown';
const isDone = ({ outcome }: PaymentRequest): boolean => outcome === 'done';

const sum = ({ requests }: Requests, kind: RequestKind, counts: (request: PaymentRequest) => boolean): number =>
  requests.reduce((total, request) => (request.kind === kind && counts(request) ? total + request.amount : total), 0);

export const authorized = (payment: Requests): number => sum(payment, 'authorize', isDone);
export const captured = (payment: Requests): number => sum(payment, 'capture', isDone);
export const voided = (payment: Requests): number => sum(payment, 'void', isDone);
export const refunded = (payment: Requests): number => sum(payment, 'refund', isDone);

/** What may still be refunded: refunds that are not answered yet count as if they had been done. */
export const refundable = (payment: Requests): number =>
  captured(payment) - sum(payment, 'refund', (request) => isDone(request) || isOpen(request));
