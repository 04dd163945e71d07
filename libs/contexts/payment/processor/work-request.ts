import type { OpenRequest } from '#mechanisms/event-sourcing/index';
import type { Perform } from '#mechanisms/effects/index';
import type { PaymentCommand } from '../aggregate/payment.decide.ts';
import type { ProcessorRequest } from '../aggregate/payment.open-request.ts';
import { commandFor } from './answer-command.ts';
import { isFinal } from './card-processor.ts';
import type { CardProcessor, ProcessorAnswer } from './card-processor.ts';

export interface WorkRequestSettings {
  /** From this attempt on, a request without an answer is recorded as of unknown outcome; from 1. */
  readonly unknownAfterAttempts: number;
}

/** Of the processor's key window: the rest is left to clocks that differ and messages that linger. */
const SAFE_PART_OF_KEY_WINDOW = 0.9;

/**
 * Works one request at the processor. It is sent, or its key cancelled, only while the processor certainly remembers the
 * key; after the first attempt the processor is asked before. So no money moves twice, whoever died when.
 */
export function workRequest(
  processor: CardProcessor,
  { unknownAfterAttempts }: WorkRequestSettings,
): Perform<ProcessorRequest, PaymentCommand> {
  return async (open, { attempt, now, signal }) => {
    const keyIsKnown = now - open.requestedAt < processor.keyWindowMs * SAFE_PART_OF_KEY_WINDOW;
    const asked = attempt === 1 && keyIsKnown ? NOT_FOUND : await processor.status(open.id, signal);
    const answer = asked.outcome === 'not-found' && keyIsKnown ? await settle(processor, open, signal) : asked;
    if (isFinal(answer)) return commandFor(open.id, answer);
    const givenUp = attempt >= unknownAfterAttempts || !keyIsKnown;
    return givenUp && !open.request.outcomeUnknown ? { type: 'RecordUnknownOutcome', request: open.id } : undefined;
  };
}

const NOT_FOUND: ProcessorAnswer = { outcome: 'not-found' };

function settle(
  processor: CardProcessor,
  { id, request }: OpenRequest<ProcessorRequest>,
  signal: AbortSignal,
): Promise<ProcessorAnswer> {
  const { kind, paymentId, amount, paymentToken: token, unwanted } = request;
  return unwanted ? processor.cancelKey(id, signal) : processor[kind](id, { kind, paymentId, amount, token }, signal);
}
