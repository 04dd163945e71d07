import { userInfo } from 'node:os';
import { Inject } from '@nestjs/common';
import { Option, SubCommand } from 'nest-commander';
import { FilteredCommand, filterOf } from './filtered.command.ts';
import type { FilterOptions } from './filtered.command.ts';
import { LETTER_SOURCES } from './letter-sources.ts';
import type { LetterSources } from './letter-sources.ts';

interface DiscardOptions extends FilterOptions {
  readonly reason: string;
  readonly by?: string;
  readonly dryRun?: boolean;
}

@SubCommand({
  name: 'discard',
  description: 'Give up the records that are found and failed themselves; they are kept, with the reason.',
})
export class DiscardLettersCommand extends FilteredCommand {
  private readonly sources: LetterSources;

  constructor(@Inject(LETTER_SOURCES) sources: LetterSources) {
    super();
    this.sources = sources;
  }

  @Option({ flags: '--reason <text>', description: 'why', required: true })
  parseReason(text: string): string {
    return text;
  }

  @Option({ flags: '--by <name>', description: 'who; the user of this machine, if missing' })
  parseBy(name: string): string {
    return name;
  }

  @Option({ flags: '--dry-run', description: 'only tell what would happen' })
  parseDryRun(): boolean {
    return true;
  }

  async run(_arguments: string[], { reason, by, dryRun = false, ...options }: DiscardOptions): Promise<void> {
    const filter = filterOf(options);
    if (Object.keys(filter).length === 0) throw new Error('Say what to discard: one condition at least.');
    if (reason.trim() === '') throw new Error('--reason is empty.');
    const discarding = { reason, by: by ?? userInfo().username };
    let [count, behind] = [0, 0];
    for (const source of this.sources) {
      for await (const { letter, left } of source.discard(filter, discarding, dryRun)) {
        const { consumer, topic, partition, offset, entity, error } = letter;
        const of = entity === null ? 'without a key' : `of ${entity}`;
        process.stdout.write(`${consumer} ${topic}-${partition} offset ${offset} ${of}: ${error}\n`);
        count += 1;
        behind += left;
      }
    }
    process.stdout.write(`${dryRun ? 'Dry run: ' : ''}${count} discarded.\n`);
    if (behind > 0) {
      process.stdout.write(
        `${behind} that waited behind stay parked: redrive them. Where an event of the entity is missing now, they fail ` +
          'with a gap in its versions and stay parked.\n',
      );
    }
  }
}
