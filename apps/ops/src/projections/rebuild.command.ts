import { setTimeout as sleep } from 'node:timers/promises';
import { Inject } from '@nestjs/common';
import { CommandRunner, Option, SubCommand } from 'nest-commander';
import { nameOf } from '#mechanisms/projections/versions/version-changes';
import type { VersionRow } from '#mechanisms/projections/versions/versions';
import type { OpsConfig } from '../ops.config.ts';
import { OPS_CONFIG } from '../ops.token.ts';
import { asOperator } from './operator.ts';
import type { ProgressMeter } from './progress-meter.ts';
import { progressTable } from './progress-table.ts';

const DEFAULT_RATE = 5_000;
const LOOK_EVERY_MS = 2_000;

interface Options {
  readonly rate?: number;
  readonly wait?: boolean;
}

@SubCommand({
  name: 'rebuild',
  arguments: '<projection>',
  description: 'Fill another version from the first event on, beside the current one.',
})
export class RebuildCommand extends CommandRunner {
  private readonly config: OpsConfig;

  constructor(@Inject(OPS_CONFIG) config: OpsConfig) {
    super();
    this.config = config;
  }

  @Option({
    flags: '--rate <events>',
    description: `events a second at most in each process (default: ${DEFAULT_RATE}); 0 for as many as can be`,
  })
  parseRate(value: string): number {
    const rate = Number(value);
    if (!Number.isSafeInteger(rate) || rate < 0) throw new Error(`--rate is a whole number from 0, not ${value}.`);
    return rate;
  }

  @Option({ flags: '--wait', description: 'show the progress until it has caught up' })
  parseWait(): boolean {
    return true;
  }

  run([projection]: string[], { rate = DEFAULT_RATE, wait = false }: Options = {}): Promise<void> {
    return asOperator(this.config, async ({ changes, meter }) => {
      const made = await changes.create(projection!, rate === 0 ? null : rate);
      process.stdout.write(`${nameOf(made)} is filled by the running query apps, beside the current version.\n`);
      if (wait) await waitFor(made, meter);
    });
  }
}

async function waitFor({ projection, version }: VersionRow, meter: ProgressMeter): Promise<void> {
  for (;;) {
    await sleep(LOOK_EVERY_MS);
    const own = (await meter.look()).filter((one) => one.projection === projection);
    const filled = own.find((one) => one.version === version);
    if (!filled) throw new Error(`${nameOf({ projection, version })} was dropped.`);
    process.stdout.write(progressTable([filled]));
    const others = own.filter((one) => one !== filled && one.offsets.length > 0);
    // whatever is being written meanwhile, the others have not read it either
    if (filled.offsets.length > 0 && others.some(({ behind }) => filled.behind <= behind)) return;
    if (filled.offsets.length > 0 && filled.behind === 0) return;
  }
}
