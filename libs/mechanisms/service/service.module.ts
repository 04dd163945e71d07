import { Global, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { HealthController } from './health/health.controller.ts';
import { Health } from './health/health.ts';
import { EventStreams } from './http/event-streams.ts';
import { Logger } from './logger.ts';

/** What every part of a service may have injected: its logger, its health, and its streams of events. */
@Global()
@Module({})
export class ServiceModule {
  static for(logger: Logger): DynamicModule {
    return {
      module: ServiceModule,
      controllers: [HealthController],
      providers: [Health, EventStreams, { provide: Logger, useValue: logger }],
      exports: [Health, EventStreams, Logger],
    };
  }
}
