import { decodeToken } from '#mechanisms/service/http/consistency-token';
import type { Operation, Outcome, Verb } from './check/operation.ts';

/** What is to be sent; `timeoutMs` is how long the client waits before it cuts the connection. */
export interface Command {
  readonly verb: Verb;
  readonly orderId?: string;
  readonly key?: string;
  readonly ifMatch?: number | '*';
  readonly body: object;
  readonly timeoutMs: number;
}

/** The connection was never made. */
const NOT_REACHED: readonly (string | undefined)[] = ['ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT'];

/** Sends commands to order-command and writes down every one, with what came back and when. */
export class RecordingClient {
  readonly operations: Operation[] = [];
  private readonly prefix: string;
  private count = 0;

  /** Operations are named by the prefix and a number. */
  constructor(prefix: string) {
    this.prefix = prefix;
  }

  async send(url: string, { timeoutMs, ...command }: Command): Promise<Operation> {
    const { verb, orderId, key, ifMatch } = command;
    const id = `${this.prefix}-${++this.count}`;
    const body = JSON.stringify(command.body);
    const headers = {
      'content-type': 'application/json',
      'x-correlation-id': id,
      ...(key !== undefined && { 'idempotency-key': key }),
      ...(ifMatch !== undefined && { 'if-match': ifMatch === '*' ? '*' : `"${ifMatch}"` }),
    };
    const path = verb === 'place' ? '/orders' : `/orders/${orderId}/${verb}`;
    const invoked = performance.now();
    const outcome = await outcomeOf(url + path, {
      method: 'POST',
      headers,
      body,
      signal: AbortSignal.timeout(timeoutMs),
    });
    const operation = { id, ...command, body, invoked, completed: performance.now(), outcome };
    this.operations.push(operation);
    return operation;
  }
}

async function outcomeOf(url: string, request: RequestInit): Promise<Outcome> {
  try {
    const answer = await fetch(url, request);
    const text = await answer.text();
    return readAnswer(answer, JSON.parse(text) as Body);
  } catch (error) {
    const { name, cause } = error as Error & { cause?: { code?: string } };
    const isNotReached = NOT_REACHED.includes(cause?.code);
    return { kind: isNotReached ? 'not-executed' : 'unknown', why: cause?.code ?? name };
  }
}

interface Body {
  readonly orderId: string;
  readonly version: number;
  readonly status: string;
  readonly code: string;
  readonly currentVersion?: number;
}

function readAnswer({ status: httpStatus, headers }: Response, body: Body): Outcome {
  const { orderId, version, status, code, currentVersion } = body;
  if (httpStatus === 504) return { kind: 'unknown', why: code };
  if (httpStatus === 503 || httpStatus === 429) return { kind: 'not-executed', why: code };
  if (httpStatus >= 300)
    return { kind: 'refused', httpStatus, code, ...(currentVersion !== undefined && { currentVersion }) };
  const token = decodeToken(headers.get('consistency-token') ?? '');
  const position = { partition: token?.partition ?? -1, offset: token?.offset ?? -1 };
  return { kind: 'accepted', orderId, version, status, position };
}
