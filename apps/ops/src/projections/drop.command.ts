import { Inject } from '@nestjs/common';
import { CommandRunner, Option, SubCommand } from 'nest-commander';
import { nameOf } from '#mechanisms/projections/versions/version-changes';
import type { OpsConfig } from '../ops.config.ts';
import { OPS_CONFIG } from '../ops.token.ts';
import { asOperator } from './operator.ts';
import { versionNumber } from './version-number.ts';

@SubCommand({
  name: 'drop',
  arguments: '<projection> <version>',
  description: 'Delete a version that is not current, with all its tables.',
})
export class DropCommand extends CommandRunner {
  private readonly config: OpsConfig;

  constructor(@Inject(OPS_CONFIG) config: OpsConfig) {
    super();
    this.config = config;
  }

  @Option({ flags: '--force', description: 'also the current one of a revision that no program is of any more' })
  parseForce(): boolean {
    return true;
  }

  run([projection, version]: string[], { force = false }: { force?: boolean } = {}): Promise<void> {
    return asOperator(this.config, async ({ changes }) => {
      const dropped = await changes.drop(projection!, versionNumber(version!), force);
      process.stdout.write(`${nameOf(dropped)} is dropped.\n`);
    });
  }
}
