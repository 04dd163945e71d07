import { setTimeout as sleep } from 'node:timers/promises';
import { Inject } from '@nestjs/common';
import { CommandRunner, Option, SubCommand } from 'nest-commander';
import type { OpsConfig } from '../ops.config.ts';
import { OPS_CONFIG } from '../ops.token.ts';
import { asOperator } from './operator.ts';
import { progressTable, stateOf } from './progress-table.ts';

const MEASURE_MS = 1_000;

@SubCommand({ name: 'list', description: 'Every version: what it is for, and how far it is.' })
export class ListCommand extends CommandRunner {
  private readonly config: OpsConfig;

  constructor(@Inject(OPS_CONFIG) config: OpsConfig) {
    super();
    this.config = config;
  }

  @Option({ flags: '--json', description: 'print one JSON array' })
  parseJson(): boolean {
    return true;
  }

  run(_arguments: string[], { json = false }: { json?: boolean } = {}): Promise<void> {
    return asOperator(this.config, async ({ meter }) => {
      let versions = await meter.look();
      if (versions.some(({ behind }) => behind > 0)) {
        await sleep(MEASURE_MS);
        versions = await meter.look();
      }
      const states = versions.map((one) => ({ ...one, state: stateOf(one) }));
      process.stdout.write(json ? `${JSON.stringify(states)}\n` : progressTable(versions));
    });
  }
}
