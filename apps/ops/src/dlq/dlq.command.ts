import { Command, CommandRunner } from 'nest-commander';
import { DiscardLettersCommand } from './discard-letters.command.ts';
import { ListLettersCommand } from './list-letters.command.ts';
import { RedriveLettersCommand } from './redrive-letters.command.ts';
import { ShowLettersCommand } from './show-letters.command.ts';

const subCommands = [ListLettersCommand, ShowLettersCommand, RedriveLettersCommand, DiscardLettersCommand];

@Command({
  name: 'dlq',
  description: 'Records that could not be applied and stand aside: list, show, redrive or discard them.',
  subCommands,
})
class DlqCommand extends CommandRunner {
  run(): Promise<void> {
    return Promise.resolve(this.command.help({ error: true }));
  }
}

export const DLQ_COMMANDS = [DlqCommand, ...subCommands];
