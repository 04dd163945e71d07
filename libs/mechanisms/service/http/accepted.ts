import type { FastifyReply } from 'fastify';
import type { EventPosition } from '#mechanisms/event-sourcing/index';
import { encodeToken } from './consistency-token.ts';

/** Puts the headers of every accepted command on the answer: the new version as ETag, and the token for reads. */
export function acceptedHeaders(
  reply: FastifyReply,
  { entityId, version, position }: { entityId: string; version: number; position: EventPosition },
): void {
  void reply.header('etag', `"${version}"`).header('consistency-token', encodeToken({ ...position, entityId }));
}
