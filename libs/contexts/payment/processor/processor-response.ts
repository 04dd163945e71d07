import type { ProcessorAnswer } from './card-processor.ts';

interface Answered {
  readonly requestId?: unknown;
  readonly outcome?: unknown;
  readonly amount?: { readonly amount?: unknown; readonly currency?: unknown } | null;
  readonly reference?: unknown;
  readonly reason?: unknown;
  readonly code?: unknown;
}

/** Reads an answer to the request with this key; whatever is not plainly one concludes nothing. */
export function answerIn(key: string, status: number, text: string): ProcessorAnswer {
  const body = parsed(text);
  if (status === 404 && body.code === 'REQUEST_NOT_FOUND') return { outcome: 'not-found' };
  if (status === 200 && body.requestId === key) {
    const answer = answerOf(body);
    if (answer) return answer;
  }
  return { outcome: 'unanswered', detail: `${status} ${text.slice(0, 200)}` };
}

function answerOf({ outcome, amount, reference, reason }: Answered): ProcessorAnswer | undefined {
  if (outcome === 'cancelled') return { outcome };
  if (outcome === 'declined' && typeof reason === 'string') return { outcome, reason: plain(reason) };
  if (
    outcome === 'done' &&
    typeof reference === 'string' &&
    Number.isSafeInteger(amount?.amount) &&
    typeof amount?.currency === 'string'
  ) {
    return { outcome, reference, amount: { amount: amount.amount as number, currency: amount.currency } };
  }
  return undefined;
}

const MOST_CHARACTERS = 200;

/** The reason goes into events and tables: control characters would not. */
const plain = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/\p{Cc}/gu, ' ')
    .slice(0, MOST_CHARACTERS)
    .toWellFormed();

function parsed(text: string): Answered {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
