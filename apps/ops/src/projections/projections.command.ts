import { Command, CommandRunner } from 'nest-commander';
import { CompareCommand } from './compare.command.ts';
import { DropCommand } from './drop.command.ts';
import { ListCommand } from './list.command.ts';
import { PauseCommand, ResumeCommand } from './pause.command.ts';
import { RebuildCommand } from './rebuild.command.ts';
import { RollbackCommand, SwitchCommand } from './switch.command.ts';

const SUB_COMMANDS = [
  ListCommand,
  RebuildCommand,
  CompareCommand,
  SwitchCommand,
  RollbackCommand,
  PauseCommand,
  ResumeCommand,
  DropCommand,
];

@Command({ name: 'projections', description: 'The versions of the read models.', subCommands: SUB_COMMANDS })
class ProjectionsCommand extends CommandRunner {
  run(): Promise<void> {
    return Promise.resolve(this.command.help());
  }
}

export const PROJECTIONS_COMMANDS = [ProjectionsCommand, ...SUB_COMMANDS];
