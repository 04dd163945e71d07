import type { Change, Fields, FoldRules } from '../fold-entity.ts';
import type { Money } from '../money.ts';

/** What the processor was asked, with what is known of it. */
export interface Request {
  readonly requestId: string;
  readonly kind: 'authorize' | 'capture' | 'void' | 'refund';
  readonly amount: number;
  readonly requestedAt: number;
  readonly outcome: 'open' | 'unknown' | 'done' | 'declined' | 'superseded';
}

export const requestsOf = (payment: Fields): readonly Request[] => payment['requests'] as readonly Request[];
export const isOpen = ({ outcome }: Request): boolean => outcome === 'open' || outcome === 'unknown';
export const amountIn = (payment: Fields, field: string): number => (payment[field] as Money).amount;

/** The processor releases the whole of what it had authorized. */
export const voidedOf = (payment: Fields): number =>
  requestsOf(payment)
    .filter(({ kind, outcome }) => kind === 'void' && outcome === 'done')
    .reduce((sum, { amount }) => sum + amount, 0);

export const paymentRules: FoldRules = {
  blank: {
    paymentId: null,
    orderId: null,
    customerId: null,
    status: null,
    amount: null,
    authorized: null,
    captured: null,
    refunded: null,
    paymentToken: null,
    requests: [],
    cancellation: null,
    failureReason: null,
  },
  firsts: ['factstream.payment.PaymentInitiated'],
  birth: 'factstream.payment.PaymentInitiated',
  changes: {
    'factstream.payment.PaymentInitiated': ({ paymentId, orderId, customerId, amount, paymentToken }) => {
      const nothing = { amount: 0, currency: (amount as Money).currency };
      const money = { amount, authorized: nothing, captured: nothing, refunded: nothing };
      return { paymentId, orderId, customerId, paymentToken, ...money, status: 'initiated' };
    },
    'factstream.payment.AuthorizationRequested': asked('authorize'),
    'factstream.payment.CaptureRequested': asked('capture'),
    'factstream.payment.VoidRequested': asked('void'),
    'factstream.payment.RefundRequested': asked('refund'),
    'factstream.payment.CancellationRequested': ({ reason }) => ({ cancellation: reason }),
    'factstream.payment.PaymentAuthorized': told('done', (event, before) => more('authorized', event, before)),
    'factstream.payment.PaymentCaptured': told('done', (event, before) => ({
      ...more('captured', event, before),
      requests: requestsOf(before).map((one) =>
        one.kind === 'void' && isOpen(one) ? { ...one, outcome: 'superseded' } : one,
      ),
    })),
    'factstream.payment.PaymentVoided': told('done'),
    'factstream.payment.PaymentRefunded': told('done', (event, before) => {
      const { refunded } = more('refunded', event, before) as { refunded: Money };
      return refunded.amount === amountIn(before, 'captured') ? { refunded, failureReason: null } : { refunded };
    }),
    'factstream.payment.RefundFailed': told('declined', ({ reason }) => ({ failureReason: reason })),
    'factstream.payment.PaymentFailed': told('declined', ({ reason }) => ({ failureReason: reason })),
    'factstream.payment.PaymentOutcomeUnknown': told('unknown'),
  },
};

/** A request stands under its event's id; one that names no amount is about the whole payment. */
function asked(kind: Request['kind']): Change {
  return withStatus(({ meta, amount }, before) => {
    const { eventId: requestId, occurredAt: requestedAt } = meta as { eventId: string; occurredAt: number };
    const minor = ((amount ?? before['amount']) as Money).amount;
    return { requests: [...requestsOf(before), { requestId, kind, amount: minor, requestedAt, outcome: 'open' }] };
  });
}

function told(outcome: Request['outcome'], further: Change = () => ({})): Change {
  return withStatus((event, before) => {
    const requests = requestsOf(before).map((one) => (one.requestId === event['request'] ? { ...one, outcome } : one));
    return { requests, ...further(event, { ...before, requests }) };
  });
}

const more = (field: string, { amount }: Fields, before: Fields): Fields => {
  const { amount: added, currency } = amount as Money;
  return { [field]: { amount: amountIn(before, field) + added, currency } };
};

function withStatus(change: Change): Change {
  return (event, before) => {
    const changed = change(event, before);
    return { ...changed, status: statusOf({ ...before, ...changed }) };
  };
}

function statusOf(payment: Fields): string {
  const [captured, refunded] = [amountIn(payment, 'captured'), amountIn(payment, 'refunded')];
  if (requestsOf(payment).some(({ outcome }) => outcome === 'unknown')) return 'unknown';
  if (refunded > 0) return refunded < captured ? 'partially_refunded' : 'refunded';
  if (captured > 0) return 'captured';
  if (voidedOf(payment) > 0) return 'voided';
  if (payment['failureReason'] !== null) return 'failed';
  return amountIn(payment, 'authorized') > 0 ? 'authorized' : 'initiated';
}
