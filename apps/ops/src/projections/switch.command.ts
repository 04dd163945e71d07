import { Inject } from '@nestjs/common';
import { CommandRunner, Option, SubCommand } from 'nest-commander';
import { nameOf } from '#mechanisms/projections/versions/version-changes';
import type { VersionRow } from '#mechanisms/projections/versions/versions';
import type { OpsConfig } from '../ops.config.ts';
import { OPS_CONFIG } from '../ops.token.ts';
import { asOperator } from './operator.ts';
import { versionNumber } from './version-number.ts';

@SubCommand({
  name: 'switch',
  arguments: '<projection> [version]',
  description:
    'Answer queries from another version, the newest by default; refused while it is behind, or has more parked.',
})
export class SwitchCommand extends CommandRunner {
  private readonly config: OpsConfig;

  constructor(@Inject(OPS_CONFIG) config: OpsConfig) {
    super();
    this.config = config;
  }

  @Option({ flags: '--force', description: 'even if more events are parked in it than in the current version' })
  parseForce(): boolean {
    return true;
  }

  run([projection, version]: string[], { force = false }: { force?: boolean } = {}): Promise<void> {
    return asOperator(this.config, async ({ changes }) => {
      const to = version === undefined ? undefined : versionNumber(version);
      report(await changes.switchTo(projection!, to, force));
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
