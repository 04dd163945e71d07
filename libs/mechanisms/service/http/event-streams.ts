import { PassThrough } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Gauge } from 'prom-client';
import { Logger } from '../logger.ts';
import { HttpError } from './problem.ts';

/** What is sent, and where it stands. */
export interface EventFeed {
  /** The id that a client resumes with. */
  readonly position: string;
  run(
    send: (event: { readonly id: string; readonly data: string }) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void>;
}

export const EVENT_STREAM = 'text/event-stream';

const MOST_STREAMS = 1_000;
const HEARTBEAT_MS = 15_000;
const RECONNECT_MS = 1_000;

const openStreams = new Gauge({ name: 'event_streams', help: 'Streams of server-sent events that are open.' });

/** Sends feeds as server-sent events, and ends the streams when the process stops: clients come back by themselves. */
@Injectable()
export class EventStreams implements BeforeApplicationShutdown {
  readonly #logger: Logger;
  readonly #open = new Set<AbortController>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /**
   * Answers at once, and sends until the client goes. An id alone goes ahead of the first event and with every heartbeat,
   * so that a client that has seen no event yet resumes without a gap, too. A slow client is waited for.
   * @throws HttpError OVERLOADED beyond 1,000 streams
   */
  send(feed: EventFeed, reply: FastifyReply): void {
    if (this.#open.size >= MOST_STREAMS) throw new HttpError('OVERLOADED', 'Too many streams are open here.');
    const ended = new AbortController();
    const body = new PassThrough();
    body.once('close', () => ended.abort());
    const heartbeat = setInterval(() => {
      if (!body.writableNeedDrain) body.write(idOf(feed));
    }, HEARTBEAT_MS);
    body.write(`retry: ${RECONNECT_MS}\n${idOf(feed)}`);
    this.#track(ended);
    feed
      .run(async ({ id, data }) => {
        if (!body.write(`id: ${id}\ndata: ${data}\n\n`)) await drained(body, ended.signal);
      }, ended.signal)
      .catch((error: unknown) => this.#logger.warn({ err: error }, 'a stream of events ended'))
      .finally(() => {
        clearInterval(heartbeat);
        this.#open.delete(ended);
        openStreams.set(this.#open.size);
        body.end();
      });
    void reply.header('content-type', EVENT_STREAM).header('cache-control', 'no-store').send(body);
  }

  beforeApplicationShutdown(): void {
    for (const stream of this.#open) stream.abort();
  }

  #track(stream: AbortController): void {
    this.#open.add(stream);
    openStreams.set(this.#open.size);
  }
}

const idOf = ({ position }: EventFeed): string => `id: ${position}\n\n`;

function drained(body: PassThrough, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      body.off('drain', done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    body.once('drain', done);
    signal.addEventListener('abort', done);
  });
}
