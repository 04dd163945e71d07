import { Injectable } from '@nestjs/common';
import type { BeforeApplicationShutdown } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

/** Requests that never get an answer: their connections stay open until the client, or this process, gives up. */
@Injectable()
export class SilentReplies implements BeforeApplicationShutdown {
  private readonly replies = new Set<FastifyReply>();

  /** Never resolves. */
  keep(reply: FastifyReply): Promise<never> {
    this.replies.add(reply);
    reply.raw.once('close', () => this.replies.delete(reply));
    return new Promise(() => {});
  }

  beforeApplicationShutdown(): void {
    for (const { raw } of this.replies) raw.destroy();
  }
}
