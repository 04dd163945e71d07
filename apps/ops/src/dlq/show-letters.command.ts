import { Inject } from '@nestjs/common';
import { Option, SubCommand } from 'nest-commander';
import { FilteredCommand, filterOf } from './filtered.command.ts';
import type { FilterOptions } from './filtered.command.ts';
import { asJson, asText } from './letter-text.ts';
import { LETTER_SOURCES } from './letter-sources.ts';
import type { LetterSources } from './letter-sources.ts';

@SubCommand({ name: 'show', description: 'Show what is parked with its headers and bytes.' })
export class ShowLettersCommand extends FilteredCommand {
  private readonly sources: LetterSources;

  constructor(@Inject(LETTER_SOURCES) sources: LetterSources) {
    super();
    this.sources = sources;
  }

  @Option({ flags: '--json', description: 'print one JSON object a line, with the bytes in base64' })
  parseJson(): boolean {
    return true;
  }

  async run(_arguments: string[], { json = false, ...filter }: FilterOptions & { json?: boolean }): Promise<void> {
    for (const source of this.sources) {
      for await (const letter of source.show(filterOf(filter))) {
        process.stdout.write(json ? asJson(letter) : asText(letter));
      }
    }
  }
}
