import { Inject } from '@nestjs/common';
import { CommandRunner, SubCommand } from 'nest-commander';
import { nameOf } from '#mechanisms/projections/versions/version-changes';
import type { OpsConfig } from '../ops.config.ts';
import { OPS_CONFIG } from '../ops.token.ts';
import { asOperator } from './operator.ts';
import { versionNumber } from './version-number.ts';

@SubCommand({
  name: 'pause',
  arguments: '<projection> [version]',
  description: 'Project a version no more, the current one by default, until it is resumed.',
})
export class PauseCommand extends CommandRunner {
  private readonly config: OpsConfig;

  constructor(@Inject(OPS_CONFIG) config: OpsConfig) {
    super();
    this.config = config;
  }

  run([projection, version]: string[]): Promise<void> {
    return asOperator(this.config, async ({ changes }) => {
      const paused = await changes.pause(projection!, version === undefined ? undefined : versionNumber(version));
      const more = paused.isCurrent ? ' Queries are answered from it as it is.' : '';
      process.stdout.write(`${nameOf(paused)} is paused.${more}\n`);
    });
  }
}

@SubCommand({
  name: 'resume',
  arguments: '<projection> [version]',
  description: 'Go on with a version that was paused.',
})
export class ResumeCommand extends CommandRunner {
  private readonly config: OpsConfig;

  constructor(@Inject(OPS_CONFIG) config: OpsConfig) {
    super();
    this.config = config;
  }

  run([projection, version]: string[]): Promise<void> {
    return asOperator(this.config, async ({ changes }) => {
      const resumed = await changes.resume(projection!, version === undefined ? undefined : versionNumber(version));
      process.stdout.write(`${nameOf(resumed)} goes on.\n`);
    });
  }
}
