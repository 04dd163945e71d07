import http from 'node:http';
import https from 'node:https';

export interface OutgoingRequest {
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Until the whole answer is there. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** What a connection that was never made fails with, here and in Undici. */
const NOT_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

/** Whether a request failed before a single byte of it could reach the other side. */
export const wasNotReached = (error: unknown): boolean =>
  NOT_CONNECTED.has((error as { code?: string } | null | undefined)?.code ?? '');

interface HttpAnswer {
  readonly status: number;
  readonly text: string;
}

/** An unused connection is closed after so long: before a service that stops would close it, perhaps under a request. */
export const KEEP_ALIVE_MS = 400;

const KEPT = { keepAlive: true, timeout: KEEP_ALIVE_MS };

/**
 * Sends requests over connections that stay open for a moment. It is `node:http` and not `fetch`, which takes several
 * times the CPU for a small request. It retries nothing and follows no redirection: that is an answer as any other.
 */
export class HttpClient {
  private readonly agents = {
    'http:': new http.Agent(KEPT),
    'https:': new https.Agent(KEPT),
  };

  /** Rejects when there is no whole answer: no connection, a lost one, the time-out, or the signal. */
  send(url: string, { method, headers, body, timeoutMs, signal }: OutgoingRequest): Promise<HttpAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
    const target = new URL(url);
    const isSecure = target.protocol === 'https:';
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    const options = {
      method,
      agent: this.agents[isSecure ? 'https:' : 'http:'],
      headers: { ...headers, ...length },
      ...(signal && { signal }),
    };
    const request = (isSecure ? https : http).request(target, options, (response) => {
      const parts: Buffer[] = [];
      response
        .on('data', (part: Buffer) => parts.push(part))
        .on('end', () => resolve({ status: response.statusCode!, text: Buffer.concat(parts).toString() }))
        .on('error', reject);
    });
    const timer = setTimeout(() => request.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    request.on('error', reject).on('close', () => {
      clearTimeout(timer);
      reject(new Error('the connection was closed before the answer was complete'));
    });
    request.end(body);
    return promise;
  }

  /** Closes what is open; requests under way fail. */
  close(): void {
    for (const agent of Object.values(this.agents)) agent.destroy();
  }
}
