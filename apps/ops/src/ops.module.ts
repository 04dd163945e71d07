import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { CONSUMERS_COMMANDS } from './consumers/reset.command.ts';
import { DeployCommand } from './deploy/deploy.command.ts';
import { PROJECTIONS_COMMANDS } from './projections/projections.command.ts';
import { RebuildLatestCommand } from './rebuild-latest/rebuild-latest.command.ts';
import { OPS_CONFIG } from './ops.token.ts';
import type { OpsConfig } from './ops.config.ts';
import { VerifyCommand } from './verify/verify.command.ts';

/** The command line: one class a command. */
@Module({})
export class OpsModule {
  static for(config: OpsConfig): DynamicModule {
    return {
      module: OpsModule,
      providers: [
        { provide: OPS_CONFIG, useValue: config },
        ...CONSUMERS_COMMANDS,
        DeployCommand,
        ...PROJECTIONS_COMMANDS,
        RebuildLatestCommand,
        VerifyCommand,
      ],
    };
  }
}
