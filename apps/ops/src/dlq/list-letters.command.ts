import { Inject } from '@nestjs/common';
import { Option, SubCommand } from 'nest-commander';
import { FilteredCommand, filterOf } from './filtered.command.ts';
import type { FilterOptions } from './filtered.command.ts';
import { asJson, asTable } from './letter-text.ts';
import { LETTER_SOURCES } from './letter-sources.ts';
import type { LetterSources } from './letter-sources.ts';

@SubCommand({ name: 'list', description: 'Show what is parked, one record a line.' })
export class ListLettersCommand extends FilteredCommand {
  private readonly sources: LetterSources;

  constructor(@Inject(LETTER_SOURCES) sources: LetterSources) {
    super();
    this.sources = sources;
  }

  @Option({ flags: '--json', description: 'print one JSON object a line' })
  parseJson(): boolean {
    return true;
  }

  async run(_arguments: string[], { json = false, ...filter }: FilterOptions & { json?: boolean }): Promise<void> {
    let count = 0;
    for (const source of this.sources) {
      for await (const letter of source.list(filterOf(filter))) {
        if (!json && count === 0) process.stdout.write(asTable());
        process.stdout.write(json ? asJson(letter) : asTable(letter));
        count += 1;
      }
    }
    if (!json) process.stdout.write(count === 0 ? 'Nothing is parked.\n' : `${count} parked.\n`);
  }
}
