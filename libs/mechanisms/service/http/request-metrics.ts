import type { FastifyInstance } from 'fastify';
import { Histogram } from 'prom-client';
import { EVENT_STREAM } from './event-streams.ts';

const duration = new Histogram({
  name: 'http_request_duration_seconds',
  help: 'Time from the first byte of a request to the last of its answer.',
  labelNames: ['method', 'route', 'status'],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
});

/** Measures every request by its route (never by its raw path, which has no bound). */
export function measureRequests(server: FastifyInstance): void {
  server.addHook('onResponse', (request, reply, next) => {
    // a stream of events lasts as long as its client likes
    if (String(reply.getHeader('content-type')).startsWith(EVENT_STREAM)) return next();
    const route = request.routeOptions.url ?? 'unknown';
    duration.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1_000);
    next();
  });
}
