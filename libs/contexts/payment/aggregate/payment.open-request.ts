import type { OpenRequest } from '#mechanisms/event-sourcing/index';
import type { Money } from '../events/payment.events.ts';
import type { RequestKind } from '../events/payment.latest.ts';
import { isOpen } from './payment.money.ts';
import type { PaymentState } from './payment.state.ts';

/** What the card processor is to do. */
export interface ProcessorRequest {
  readonly kind: RequestKind;
  readonly paymentId: string;
  readonly orderId: string;
  readonly amount: Money;
  readonly paymentToken: string;
  /** The payment is cancelled: better if this never happens, should it not have happened yet. */
  readonly unwanted: boolean;
  /** It is already recorded that nobody can tell what became of it. */
  readonly outcomeUnknown: boolean;
}

/** Requests are worked one at a time, in the order in which they were decided. */
export function openRequest(state: PaymentState): OpenRequest<ProcessorRequest> | undefined {
  if (state.status === 'uninitiated') return undefined;
  const request = state.requests.find(isOpen);
  if (!request) return undefined;
  const { paymentId, orderId, paymentToken, cancellation } = state;
  const { requestId, kind, requestedAt, outcome } = request;
  return {
    id: requestId,
    requestedAt,
    request: {
      kind,
      paymentId,
      orderId,
      amount: { ...state.amount, amount: request.amount },
      paymentToken,
      unwanted: cancellation !== null && (kind === 'authorize' || kind === 'capture'),
      outcomeUnknown: outcome === 'unknown',
    },
  };
}
