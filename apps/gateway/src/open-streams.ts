import { PassThrough, pipeline } from 'node:stream';
import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** Sends the answer of a service on. */
export type SendAnswer = (request: unknown, reply: unknown, answer: { readonly stream: unknown }) => void;

/** Answers that have no end of their own, and that this process ends when it stops: clients come back by themselves. */
export class OpenStreams {
  private readonly open = new Set<PassThrough>();

  readonly send: SendAnswer = (_request, reply, { stream }) => {
    const body = new PassThrough();
    this.open.add(body);
    pipeline(stream as Readable, body, () => this.open.delete(body));
    (reply as FastifyReply).send(body);
  };

  end(done: () => void): void {
    for (const body of this.open) body.end();
    done();
  }
}
