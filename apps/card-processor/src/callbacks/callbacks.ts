import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { HttpClient } from '#mechanisms/http-client/index';
import { signatureOf } from './signature.ts';

const TIMEOUT_MS = 5_000;
const PAUSES_MS = [250, 500, 1_000, 2_000, 4_000, 8_000];

interface Log {
  warn(fields: object, message: string): void;
}

/** Tells the client's endpoint of answers, signed; tries again for a while when it is not there, and then gives up. */
@Injectable()
export class Callbacks implements OnApplicationShutdown {
  private readonly endpoint: { readonly url: string; readonly secret: string };
  private readonly log: Log;
  private readonly http = new HttpClient();
  private readonly stopping = new AbortController();

  constructor(endpoint: { url: string; secret: string }, log: Log) {
    this.endpoint = endpoint;
    this.log = log;
  }

  /** Returns at once. */
  send(answer: object): void {
    void this.deliver(JSON.stringify(answer)).catch(() => {});
  }

  onApplicationShutdown(): void {
    this.stopping.abort();
  }

  private async deliver(body: string): Promise<void> {
    for (const pauseMs of PAUSES_MS) {
      const status = await this.post(body);
      if (status !== undefined && status < 500 && status !== 429) {
        if (status >= 300) this.log.warn({ status, body }, 'the callback is not taken');
        return;
      }
      await delay(pauseMs, undefined, { signal: this.stopping.signal, ref: false });
    }
    this.log.warn({ url: this.endpoint.url, body }, 'the callback could not be delivered');
  }

  private async post(body: string): Promise<number | undefined> {
    const { url, secret } = this.endpoint;
    try {
      const { status } = await this.http.send(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-signature': signatureOf(body, secret, Date.now()) },
        body,
        timeoutMs: TIMEOUT_MS,
        signal: this.stopping.signal,
      });
      return status;
    } catch {
      return undefined;
    }
  }
}
