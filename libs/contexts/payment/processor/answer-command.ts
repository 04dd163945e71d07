import type { AnswerCommand } from '../aggregate/payment.answers.ts';
import type { FinalAnswer } from './card-processor.ts';

/** The command that records an answer. */
export function commandFor(request: string, answer: FinalAnswer): AnswerCommand {
  switch (answer.outcome) {
    case 'done':
      return { type: 'RecordSuccess', request, amount: answer.amount, reference: answer.reference };
    case 'declined':
      return { type: 'RecordDecline', request, reason: answer.reason };
    case 'cancelled':
      return { type: 'RecordDecline', request, reason: 'CANCELLED' };
    default:
      return answer satisfies never;
  }
}
