import type { FastifyInstance, FastifyRequest } from 'fastify';
import { v4 as uuidv4 } from 'uuid';

interface Correlation {
  readonly correlationId: string;
  /** W3C trace context; null when the caller sent none that is valid. */
  readonly traceparent: string | null;
}

declare module 'fastify' {
  interface FastifyRequest {
    correlation: Correlation;
  }
}

const CORRELATION_ID = /^[\x21-\x7e]{1,100}$/;
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Takes `x-correlation-id` and `traceparent` from the request, or a new id, and gives them back with the answer. */
export function correlate(server: FastifyInstance): void {
  server.decorateRequest('correlation', null as unknown as Correlation);
  server.addHook('onRequest', (request, reply, next) => {
    request.correlation = correlationOf(request);
    void reply.header('x-correlation-id', request.correlation.correlationId);
    if (request.correlation.traceparent) void reply.header('traceparent', request.correlation.traceparent);
    next();
  });
}

function correlationOf({ headers }: FastifyRequest): Correlation {
  const id = headers['x-correlation-id'];
  const trace = headers['traceparent'];
  return {
    correlationId: typeof id === 'string' && CORRELATION_ID.test(id) ? id : uuidv4(),
    traceparent: typeof trace === 'string' && TRACEPARENT.test(trace) ? trace : null,
  };
}
