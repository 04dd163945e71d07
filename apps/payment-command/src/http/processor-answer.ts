import type { FinalAnswer } from '#contexts/payment/commands/record-processor-answer.command';
import { InvalidRequest } from '#mechanisms/service/index';
import type { CardProcessorCallbackRequest } from './card-processor-callback.request.ts';

/** The answer in a callback. @throws InvalidRequest when it lacks what its outcome needs */
export function answerOf({ outcome, amount, reference, reason }: CardProcessorCallbackRequest): FinalAnswer {
  switch (outcome) {
    case 'done':
      if (!amount || reference === undefined) throw missing('amount and reference');
      return { outcome, amount: { amount: amount.amount, currency: amount.currency }, reference };
    case 'declined':
      if (reason === undefined) throw missing('reason');
      return { outcome, reason };
    case 'cancelled':
      return { outcome };
    default:
      return outcome satisfies never;
  }
}

const missing = (what: string) => new InvalidRequest([{ pointer: '#', detail: `must have ${what} with this outcome` }]);
