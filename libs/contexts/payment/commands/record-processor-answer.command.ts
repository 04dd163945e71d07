import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { v7 as uuidv7 } from 'uuid';
import type { Receipt } from '#mechanisms/event-store/index';
import type { CommandContext } from '#mechanisms/service/index';
import { commandFor } from '../processor/answer-command.ts';
import type { FinalAnswer } from '../processor/card-processor.ts';
import { PaymentEventStore } from './payment.event-store.ts';

export type { FinalAnswer };

/**
 * Records what the processor tells of its own accord. Mostly the answer to the request itself was there before, and this
 * leaves no event: so it can wait for others to share a commit with.
 */
export class RecordProcessorAnswer extends Command<Receipt> {
  readonly paymentId: string;
  /** The processor's idempotency key. */
  readonly request: string;
  readonly answer: FinalAnswer;
  readonly trace: Pick<CommandContext, 'correlationId' | 'traceparent'>;

  constructor(paymentId: string, request: string, answer: FinalAnswer, trace: RecordProcessorAnswer['trace']) {
    super();
    this.paymentId = paymentId;
    this.request = request;
    this.answer = answer;
    this.trace = trace;
  }
}

@CommandHandler(RecordProcessorAnswer)
export class RecordProcessorAnswerHandler implements ICommandHandler<RecordProcessorAnswer> {
  private readonly payments: PaymentEventStore;

  constructor(payments: PaymentEventStore) {
    this.payments = payments;
  }

  execute({ paymentId, request, answer, trace }: RecordProcessorAnswer): Promise<Receipt> {
    return this.payments.execute({
      entityId: paymentId,
      command: commandFor(request, answer),
      commandId: uuidv7(),
      causationId: request,
      actor: 'card-processor',
      canWait: true,
      ...trace,
    });
  }
}
