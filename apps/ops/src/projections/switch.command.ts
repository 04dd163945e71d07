import { Inject } from '@nestjs/common';
import { CommandRunner, SubCommand } from 'nest-commander';
import { nameOf } from '#mechanisms/projections/version-changes';
import type { VersionRow } from '#mechanisms/projections/versions';
import type { OpsConfig } from '../ops.config.ts';
import { OPS_CONFIG } from '../ops.token.ts';
import { asOperator } from './operator.ts';
import { versionNumber } from './version-number.ts';

@SubCommand({
  name: 'switch',
  arguments: '<projection> [version]',
  description: 'Answer queries from another version, the newest by default; refused while it is behind.',
})
export class SwitchCommand extends CommandRunner {
  private readonly config: OpsConfig;

  constructor(@Inject(OPS_CONFIG) config: OpsConfig) {
    super();
    this.config = config;
  }

  run([projection, version]: string[]): Promise<void> {
    return asOperator(this.config, async ({ changes }) => {
      report(await changes.switchTo(projection!, version === undefined ? undefined : versionNumber(version)));
    });
  }
}

@SubCommand({
  name: 'rollback',
  arguments: '<projection>',
  description: 'Answer queries from the version before the last switch again.',
})
export class RollbackCommand extends CommandRunner {
  private readonly config: OpsConfig;

  constructor(@Inject(OPS_CONFIG) config: OpsConfig) {
    super();
    this.config = config;
  }

  run([projection]: string[]): Promise<void> {
    return asOperator(this.config, async ({ changes }) => report(await changes.rollback(projection!)));
  }
}

function report({ from, to }: { from: VersionRow; to: VersionRow }): void {
  process.stdout.write(
    `Queries are answered from ${nameOf(to)}. ${nameOf(from)} goes on being projected until it is dropped.\n`,
  );
}
