import { Global, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { HealthController } from './health/health.controller.ts';
import { Health } from './health/health.ts';
import { Logger } from './logger.ts';

/** What every part of a service may have injected: its logger and its health. */
@Global()
@Module({})
export class ServiceModule {
  static for(logger: Logger): DynamicModule {
    return {
      module: ServiceModule,
      controllers: [HealthController],
      providers: [Health, { provide: Logger, useValue: logger }],
      exports: [Health, Logger],
    };
  }
}
