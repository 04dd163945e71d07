import { Inject } from '@nestjs/common';
import { CommandRunner, Option, SubCommand } from 'nest-commander';
import { compareVersions } from '#mechanisms/projections/versions/compare-versions';
import type { Comparison } from '#mechanisms/projections/versions/compare-versions';
import { nameOf } from '#mechanisms/projections/versions/version-changes';
import type { OpsConfig } from '../ops.config.ts';
import { OPS_CONFIG } from '../ops.token.ts';
import { asOperator } from './operator.ts';
import { versionNumber } from './version-number.ts';

interface Options {
  readonly old?: number;
  readonly new?: number;
  readonly json?: boolean;
}

/** Ends with 0 when all rows are the same, with 1 when one is not. */
@SubCommand({
  name: 'compare',
  arguments: '<projection>',
  description: 'Compare two versions row by row at the same offsets, while both are being projected.',
})
export class CompareCommand extends CommandRunner {
  private readonly config: OpsConfig;

  constructor(@Inject(OPS_CONFIG) config: OpsConfig) {
    super();
    this.config = config;
  }

  @Option({ flags: '--old <version>', description: 'the current one by default' })
  parseOld(value: string): number {
    return versionNumber(value);
  }

  @Option({ flags: '--new <version>', description: 'the newest one by default' })
  parseNew(value: string): number {
    return versionNumber(value);
  }

  @Option({ flags: '--json', description: 'print one JSON object' })
  parseJson(): boolean {
    return true;
  }

  run([projection]: string[], { old, new: next, json = false }: Options = {}): Promise<void> {
    return asOperator(this.config, async ({ postgres }) => {
      const compared = await compareVersions(postgres, {
        projection: projection!,
        ...(old !== undefined && { old }),
        ...(next !== undefined && { next }),
      });
      process.stdout.write(json ? `${JSON.stringify(compared)}\n` : asText(compared));
      process.exitCode = compared.difference ? 1 : 0;
    });
  }
}

function asText({ old, next, rows, difference, notes }: Comparison): string {
  const lines = [...notes];
  if (!difference) lines.push(`${nameOf(old)} and ${nameOf(next)} are the same in ${rows} rows.`);
  else {
    const place = [difference.table, difference.key && `the row ${difference.key}`, difference.column].filter(Boolean);
    lines.push(`${place.join(', ')}: ${difference.old} in ${nameOf(old)}, ${difference.new} in ${nameOf(next)}.`);
  }
  return `${lines.join('\n')}\n`;
}
