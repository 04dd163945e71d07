import { Controller, Get, Header, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { register } from 'prom-client';
import { Health } from './health.ts';

/** For the platform that runs the service: is it alive, may it have traffic, how is it doing. */
@ApiExcludeController()
@Controller()
export class HealthController {
  private readonly health: Health;

  constructor(health: Health) {
    this.health = health;
  }

  @Get('health/live')
  live(): { status: string } {
    return { status: 'live' };
  }

  @Get('health/ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<object> {
    const { ready, parts } = await this.health.report();
    void reply.status(ready ? 200 : 503);
    if (!ready) void reply.header('retry-after', '1');
    return { status: ready ? 'ready' : 'not ready', ...parts };
  }

  @Get('metrics')
  @Header('content-type', register.contentType)
  metrics(): Promise<string> {
    return register.metrics();
  }
}
