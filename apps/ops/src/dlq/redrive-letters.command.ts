import { Inject } from '@nestjs/common';
import { Option, SubCommand } from 'nest-commander';
import type { Redriven } from '#mechanisms/dead-letters/index';
import { FilteredCommand, filterOf } from './filtered.command.ts';
import type { FilterOptions } from './filtered.command.ts';
import { LETTER_SOURCES } from './letter-sources.ts';
import type { LetterSources } from './letter-sources.ts';

/** Ends with 0 when nothing that was found stays parked, else with 1. */
@SubCommand({
  name: 'redrive',
  description: 'Apply again what is parked of the entities that are found, in order; safe while the apps run.',
})
export class RedriveLettersCommand extends FilteredCommand {
  private readonly sources: LetterSources;

  constructor(@Inject(LETTER_SOURCES) sources: LetterSources) {
    super();
    this.sources = sources;
  }

  @Option({ flags: '--dry-run', description: 'only tell what would happen' })
  parseDryRun(): boolean {
    return true;
  }

  async run(_arguments: string[], { dryRun = false, ...filter }: FilterOptions & { dryRun?: boolean }): Promise<void> {
    let [applied, left] = [0, 0];
    for (const source of this.sources) {
      for await (const redriven of source.redrive(filterOf(filter), dryRun)) {
        applied += redriven.applied;
        left += redriven.left;
        process.stdout.write(sentenceFor(redriven));
      }
    }
    process.stdout.write(`${dryRun ? 'Dry run: ' : ''}${applied} applied, ${left} still parked.\n`);
    if (left > 0) process.exitCode = 1;
  }
}

function sentenceFor({ consumer, topic, partition, entity, applied, duplicates, left, failed }: Redriven): string {
  const counts = [`${applied} applied`];
  if (duplicates > 0) counts.push(`${duplicates} were applied before`);
  if (left > 0) counts.push(`${left} still parked`);
  const failure = failed ? `; offset ${failed.offset} failed again: ${failed.error}` : '';
  return `${consumer} ${topic}-${partition} ${entity ?? 'without a key'}: ${counts.join(', ')}${failure}\n`;
}
