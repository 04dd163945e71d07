import replyFrom from '@fastify/reply-from';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { KEEP_ALIVE_MS, wasNotReached } from '#mechanisms/http-client/index';
import { problemOf, sendError, sendProblem } from '#mechanisms/service/index';
import type { Upstreams } from './app.config.ts';
import { OpenStreams } from './open-streams.ts';
import type { SendAnswer } from './open-streams.ts';
import { ROUTES } from './routes.ts';
import type { Route } from './routes.ts';

/** Longer than the longest wait that a service itself allows. */
const ANSWER_TIMEOUT_MS = 45_000;

/** Connections to one service that answers in time, and to one that streams. */
const CONNECTIONS = 256;
const STREAMS = 4_096;

/** Passes requests on as they came and answers as they are; bodies are not read here, only bounded. */
export async function forward(app: NestFastifyApplication, upstreams: Upstreams): Promise<void> {
  const server = app.getHttpAdapter().getInstance();
  for (const isStream of [false, true]) {
    for (const [name, routes] of Map.groupBy(
      ROUTES.filter((route) => (route.isStream ?? false) === isStream),
      ({ upstream }) => upstream,
    )) {
      await server.register((scope) => serve(scope, upstreams[name], routes, isStream ? STREAMS : CONNECTIONS));
    }
  }
}

async function serve(
  scope: FastifyInstance,
  urls: readonly string[],
  routes: readonly Route[],
  connections: number,
): Promise<void> {
  scope.setErrorHandler((error, request, reply) => sendError(error, request, reply));
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  const [first, ...more] = urls;
  await scope.register(replyFrom, {
    base: (more.length > 0 ? urls : first) as string,
    undici: {
      connections,
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MS,
      headersTimeout: ANSWER_TIMEOUT_MS,
      bodyTimeout: 0,
    },
    disableRequestLogging: true,
  });
  const streams = new OpenStreams();
  scope.addHook('preClose', (done) => streams.end(done));
  for (const { method, path, isStream } of routes) {
    const send = isStream ? streams.send : undefined;
    scope.route({ method, url: path, handler: (request, reply) => pass(request, reply, more.length, send) });
  }
}

function pass(request: FastifyRequest, reply: FastifyReply, others: number, send?: SendAnswer): FastifyReply {
  const body = Buffer.isBuffer(request.body) ? request.body : undefined;
  return reply.from(request.url, {
    ...(body && { body, contentType: request.headers['content-type'] ?? 'application/octet-stream' }),
    queryString: (_search, url) => url.split('?', 2)[1] ?? '',
    rewriteRequestHeaders: (_original, headers) => ({
      ...headers,
      'x-correlation-id': request.correlation.correlationId,
    }),
    retryDelay: ({ err, res, attempt }) => (attempt < others && wasRefused(err, res) ? 1 : null),
    ...(send && { onResponse: send }),
    onError: (failed, { error }) => fail(request, failed as FastifyReply, error),
  });
}

/** A response as reply-from hands it on before it decides on another attempt. */
interface UpstreamResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly stream: { resume(): void };
}

/** Certainly not executed, by an instance that is not there or is about to go: another one may take it. */
function wasRefused(error: Error | null, response: unknown): boolean {
  if (error) return wasNotReached(error);
  const { statusCode, headers, stream } = response as UpstreamResponse;
  const refused = statusCode === 503 && headers['connection'] === 'close';
  if (refused) stream.resume();
  return refused;
}

function fail(request: FastifyRequest, reply: FastifyReply, error: Error): void {
  const executed = request.method !== 'GET' && !wasNotReached(error.cause) && !wasNotReached(error);
  const [problem, detail] = executed
    ? (['OUTCOME_UNKNOWN', 'The service did not answer. Repeating with the same Idempotency-Key is safe.'] as const)
    : (['UNAVAILABLE', 'The service cannot be reached.'] as const);
  sendProblem(problemOf(problem, detail, request.url.split('?', 1)[0]!), reply);
}
