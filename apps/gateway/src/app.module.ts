import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { Health } from '#mechanisms/service/index';
import type { GatewayConfig } from './app.config.ts';
import { UpstreamHealth } from './upstream-health.ts';

@Module({})
export class AppModule {
  static for({ upstreams }: GatewayConfig): DynamicModule {
    return {
      module: AppModule,
      providers: [
        {
          provide: UpstreamHealth,
          inject: [Health],
          useFactory: (health: Health) => new UpstreamHealth(health, upstreams),
        },
      ],
    };
  }
}
