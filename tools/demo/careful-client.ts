import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Tally } from './tally.ts';

export interface Answer {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- bodies of many shapes
  readonly body: any;
  /** To be sent with a query that is to know of this. */
  readonly token: string | undefined;
}

const TIMEOUT_MS = 15_000;
const MOST_ATTEMPTS = 10;
const LONGEST_PAUSE_MS = 5_000;

/** Busy, starting again, or the outcome is not known: the same request may be sent again. */
const AGAIN: readonly number[] = [429, 502, 503, 504];

/** Speaks to the gateway as a client should that cannot afford to do anything twice. */
export class CarefulClient {
  private readonly url: string;
  private readonly tally: Tally;

  constructor(url: string, tally: Tally) {
    this.url = url;
    this.tally = tally;
  }

  /** The answer, or undefined when there was none that says what became of the command. */
  command(
    method: 'POST' | 'PUT',
    path: string,
    body: object,
    headers: Record<string, string> = {},
  ): Promise<Answer | undefined> {
    const once = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };
    return this.send(path, { method, headers: { ...once, ...headers }, body: JSON.stringify(body) });
  }

  query(path: string, token?: string): Promise<Answer | undefined> {
    return this.send(path, { method: 'GET', headers: token === undefined ? {} : { 'consistency-token': token } });
  }

  private async send(path: string, request: RequestInit & { method: string }): Promise<Answer | undefined> {
    let reason = '';
    for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
      if (attempt > 1) this.tally.retries += 1;
      let pause = Math.min(100 * 2 ** attempt, LONGEST_PAUSE_MS);
      try {
        const begun = performance.now();
        const response = await fetch(`${this.url}${path}`, { ...request, signal: AbortSignal.timeout(TIMEOUT_MS) });
        const text = await response.text();
        this.tally.answered(performance.now() - begun);
        const body: unknown = text === '' ? undefined : JSON.parse(text);
        const answer = { status: response.status, body, token: response.headers.get('consistency-token') ?? undefined };
        if (!AGAIN.includes(answer.status)) return this.judge(request.method, path, answer);
        reason = `${answer.status} ${codeOf(answer)}`;
        pause = Math.min(1_000 * Number(response.headers.get('retry-after') ?? 0) || pause, LONGEST_PAUSE_MS);
      } catch (error) {
        reason = (error as Error).name;
      }
      await sleep(pause * (0.5 + Math.random() / 2));
    }
    this.tally.failed(`${request.method} ${shapeOf(path)}: ${reason}`);
    return undefined;
  }

  private judge(method: string, path: string, answer: Answer): Answer {
    if (answer.status === 409) this.tally.refusals += 1;
    else if (answer.status >= 400) this.tally.failed(`${method} ${shapeOf(path)}: ${answer.status} ${codeOf(answer)}`);
    return answer;
  }
}

const codeOf = ({ body }: Answer): string => (body as { code?: string } | undefined)?.code ?? '';

const shapeOf = (path: string): string => path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ':id');
