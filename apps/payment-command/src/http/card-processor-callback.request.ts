import { Custom, OneOf, Text, Uuid } from '#mechanisms/service/index';

interface Money {
  readonly amount: number;
  readonly currency: string;
}

const OPTIONAL = { required: false };

const isMoney = (value: unknown): boolean => {
  const { amount, currency } = (value ?? {}) as Partial<Money>;
  return Number.isSafeInteger(amount) && typeof currency === 'string';
};

/** What the card processor tells of one request. */
export class CardProcessorCallbackRequest {
  @Uuid()
  paymentId: string;

  /** The idempotency key. */
  @Uuid()
  requestId: string;

  @OneOf(['done', 'declined', 'cancelled'])
  outcome: 'done' | 'declined' | 'cancelled';

  @Custom('an amount of money', isMoney, { type: 'object', properties: {} }, OPTIONAL)
  amount?: Money;

  @Text(1, 200, OPTIONAL)
  reference?: string;

  @Text(1, 200, OPTIONAL)
  reason?: string;
}
