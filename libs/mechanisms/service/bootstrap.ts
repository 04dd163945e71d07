import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics } from 'prom-client';
import { KEEP_ALIVE_MS } from '#mechanisms/http-client/index';
import { ConfigError } from './config.ts';
import type { ServiceConfig } from './config.ts';
import { ProblemFilter } from './http/problem.filter.ts';
import { acceptJsonOnly, createServer, refuseWhile } from './http/server.ts';
import { Logger } from './logger.ts';
import { serveOpenApi } from './openapi.ts';
import { ServiceModule } from './service.module.ts';

/** How long a stop may take: shorter than what platforms grant before they kill. */
const STOP_DEADLINE_MS = 9_500;

/**
 * How long a stopping service answers at least: longer than the gateway and other instances keep a connection that they do
 * not use, so that none is closed at the moment in which a request is sent over it.
 */
const DRAIN_MS = 2 * KEEP_ALIVE_MS;

export interface ServiceOptions {
  readonly config: ServiceConfig;
  /** The application's module, made once the environment is known to be right. */
  readonly module: Parameters<typeof NestFactory.create>[0];
  /** Keeps the bytes of a body as `rawBody` of its request, for signatures; false by default. */
  readonly rawBody?: boolean;
  /** Runs between creation and listening, e.g. to connect a transport. */
  readonly prepare?: (app: NestFastifyApplication) => Promise<void>;
  /** Completes the OpenAPI document whenever it is asked for. */
  readonly documents?: (own: OpenAPIObject) => Promise<OpenAPIObject>;
}

/**
 * Starts one service and keeps it until SIGTERM or SIGINT: then new requests are refused, those under way are finished,
 * and the process ends. A faulty environment is told in full and ends the process with code 1.
 */
export async function bootstrap(read: () => ServiceOptions): Promise<void> {
  const { config, module, rawBody = false, prepare, documents } = readOptions(read);
  const logger = new Logger(config.name, config.logLevel);
  const adapter = createServer();
  const root = { module: class Root {}, imports: [ServiceModule.for(logger), module as never] };
  const app = await NestFactory.create<NestFastifyApplication>(root, adapter, { logger, abortOnError: false, rawBody });
  app.useGlobalFilters(new ProblemFilter(logger));
  stopOnSignal(app, logger);
  await prepare?.(app);
  serveOpenApi(app, `Factstream ${config.name}`, documents);
  await app.init();
  acceptJsonOnly(adapter.getInstance<FastifyInstance>());
  collectDefaultMetrics();
  await app.listen({ host: config.host, port: config.port });
  logger.info({ url: config.advertisedUrl }, `${config.name} listens on ${config.host}:${config.port}`);
}

function readOptions(read: () => ServiceOptions): ServiceOptions {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return process.exit(1);
  }
}

function stopOnSignal(app: NestFastifyApplication, logger: Logger): void {
  let closing = false;
  let closingSince = 0;
  const server = app.getHttpAdapter().getInstance();
  refuseWhile(server, () => closing);
  server.addHook('preClose', async () => delay(Math.max(0, closingSince + DRAIN_MS - performance.now())));
  const stop = (signal: string): void => {
    if (closing) return;
    closing = true;
    closingSince = performance.now();
    logger.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
    app.close().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'did not stop cleanly');
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(signal));
}
