import { HttpClient } from '#mechanisms/http-client/index';
import type { OutgoingRequest } from '#mechanisms/http-client/index';
import type { CardOperation, CardProcessor, ProcessorAnswer } from './card-processor.ts';
import { answerIn } from './processor-response.ts';

export interface HttpCardProcessorSettings {
  /** Without a slash at its end. */
  readonly url: string;
  readonly timeoutMs: number;
  readonly keyWindowMs: number;
}

type Request = Pick<OutgoingRequest, 'method' | 'headers' | 'body'>;

interface Log {
  warn(fields: object, message: string): void;
}

/** The card processor behind HTTP. What is not one of its answers is logged and concludes nothing. */
export class HttpCardProcessor implements CardProcessor {
  readonly keyWindowMs: number;
  private readonly settings: HttpCardProcessorSettings;
  private readonly log: Log;
  private readonly http = new HttpClient();

  constructor(settings: HttpCardProcessorSettings, log: Log) {
    this.keyWindowMs = settings.keyWindowMs;
    this.settings = settings;
    this.log = log;
  }

  authorize(key: string, operation: CardOperation, signal?: AbortSignal): Promise<ProcessorAnswer> {
    return this.operate('authorizations', key, operation, signal);
  }

  capture(key: string, operation: CardOperation, signal?: AbortSignal): Promise<ProcessorAnswer> {
    return this.operate('captures', key, operation, signal);
  }

  void(key: string, operation: CardOperation, signal?: AbortSignal): Promise<ProcessorAnswer> {
    return this.operate('voids', key, operation, signal);
  }

  refund(key: string, operation: CardOperation, signal?: AbortSignal): Promise<ProcessorAnswer> {
    return this.operate('refunds', key, operation, signal);
  }

  status(key: string, signal?: AbortSignal): Promise<ProcessorAnswer> {
    return this.ask(key, `/requests/${key}`, { method: 'GET' }, signal);
  }

  cancelKey(key: string, signal?: AbortSignal): Promise<ProcessorAnswer> {
    return this.ask(key, `/requests/${key}/cancel`, post({}), signal);
  }

  private operate(
    path: string,
    key: string,
    { paymentId, amount, token }: CardOperation,
    signal?: AbortSignal,
  ): Promise<ProcessorAnswer> {
    const body = path === 'authorizations' ? { amount, token } : { amount };
    return this.ask(key, `/charges/${paymentId}/${path}`, post(body, { 'idempotency-key': key }), signal);
  }

  private async ask(key: string, path: string, request: Request, signal?: AbortSignal): Promise<ProcessorAnswer> {
    const answer = await this.answerTo(key, path, request, signal);
    if (answer.outcome === 'unanswered') {
      this.log.warn({ request: key, path, detail: answer.detail }, 'the card processor gave no answer');
    }
    return answer;
  }

  private async answerTo(key: string, path: string, request: Request, signal?: AbortSignal): Promise<ProcessorAnswer> {
    const { url, timeoutMs } = this.settings;
    try {
      const { status, text } = await this.http.send(url + path, { ...request, timeoutMs, ...(signal && { signal }) });
      return answerIn(key, status, text);
    } catch (error) {
      return { outcome: 'unanswered', detail: reasonOf(error) };
    }
  }
}

const post = (body: object, headers: Record<string, string> = {}): Request => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

function reasonOf(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: { code?: string; message?: string } };
  return [message, cause?.code ?? cause?.message].filter(Boolean).join(': ');
}
