import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { correlate } from './correlation.ts';
import { problemOf } from './problem.ts';
import { sendProblem } from './problem.filter.ts';
import { measureRequests } from './request-metrics.ts';

const BODY_LIMIT_BYTES = 64 * 1024;

/** A Fastify server with the manners that all our services share. */
export function createServer(): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    routerOptions: { maxParamLength: 300 },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      sendProblem(
        problemOf('INVALID_REQUEST', 'The request is not valid.', request.url, {
          errors: [{ parameter: 'path', detail: error.message }],
        }),
        reply,
      );
    },
  });
  const server = adapter.getInstance<FastifyInstance>();
  correlate(server);
  measureRequests(server);
  return adapter;
}

/** Leaves JSON as the only body that is understood; Nest and Fastify bring parsers for others. Call it once the app is initialised. */
export function acceptJsonOnly(server: FastifyInstance): void {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
    if (server.hasContentTypeParser(type)) server.removeContentTypeParser(type);
  }
}

/** Lets the requests under way finish and refuses new ones: certainly not executed. */
export function refuseWhile(server: FastifyInstance, closing: () => boolean): void {
  server.addHook('onRequest', (request: FastifyRequest, reply, next) => {
    if (!closing()) return next();
    void reply.header('connection', 'close');
    sendProblem(problemOf('UNAVAILABLE', 'The service is shutting down.', request.url), reply);
  });
}
