import type { AnswerCommand } from '../aggregate/payment.answers.ts';
import type { ProcessorAnswer } from './card-processor.ts';

/** The command that records an answer; undefined for what concludes nothing. */
export function commandFor(request: string, answer: ProcessorAnswer): AnswerCommand | undefined {
  switch (answer.outcome) {
    case 'done':
      return { type: 'RecordSuccess', request, amount: answer.amount, reference: answer.reference };
    case 'declined':
      return { type: 'RecordDecline', request, reason: answer.reason };
    case 'cancelled':
      return { type: 'RecordDecline', request, reason: 'CANCELLED' };
    case 'not-found':
    case 'unanswered':
      return undefined;
    default:
      return answer satisfies never;
  }
}
