import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { DeadLetters } from '#mechanisms/dead-letters/index';
import { Postgres } from '#mechanisms/projections/database/postgres';
import { ProjectionDeadLetters } from '#mechanisms/projections/parking/projection-dead-letters';
import type { OpsConfig } from '../ops.config.ts';
import { OPS_CONFIG } from '../ops.token.ts';
import type { ProjectionCode } from './projection-code.ts';

/** What the projections have parked; their code and Kafka are only needed to redrive it. */
@Injectable()
export class ProjectionLetters implements OnApplicationShutdown {
  readonly letters: DeadLetters;
  private readonly postgres: Postgres;
  private code: Promise<ProjectionCode> | undefined;

  constructor(@Inject(OPS_CONFIG) config: OpsConfig) {
    this.postgres = new Postgres({ url: config.databaseUrl, applicationName: 'factstream dlq' });
    this.letters = new ProjectionDeadLetters(this.postgres.pool, async (version) => {
      this.code ??= import('./projection-code.ts').then(({ openProjectionCode }) => openProjectionCode(config));
      return (await this.code).server.redriverOf(version);
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await (await this.code)?.close();
    await this.postgres.close();
  }
}
