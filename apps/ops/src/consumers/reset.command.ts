import { Inject } from '@nestjs/common';
import { Command, CommandRunner, Option, SubCommand } from 'nest-commander';
import type { OpsConfig } from '../ops.config.ts';
import { OPS_CONFIG } from '../ops.token.ts';
import { ConsumerGroups } from './consumer-groups.ts';
import { resetTarget } from './reset-target.ts';
import type { ResetTarget } from './reset-target.ts';

interface Options {
  readonly group: string;
  readonly topic: string;
  readonly to: ResetTarget;
  readonly dryRun?: boolean;
}

@SubCommand({
  name: 'reset',
  description:
    'Let an outside consumer group read a topic again, or pass over a part of it; its members must be stopped.',
})
class ResetCommand extends CommandRunner {
  private readonly config: OpsConfig;

  constructor(@Inject(OPS_CONFIG) config: OpsConfig) {
    super();
    this.config = config;
  }

  @Option({ flags: '--group <group>', required: true })
  parseGroup(group: string): string {
    return group;
  }

  @Option({ flags: '--topic <topic>', required: true })
  parseTopic(topic: string): string {
    return topic;
  }

  @Option({
    flags: '--to <position>',
    required: true,
    description: 'earliest, latest, a time as 2026-11-02T10:00:00Z, or an offset',
  })
  parseTo(text: string): ResetTarget {
    return resetTarget(text);
  }

  @Option({ flags: '--dry-run', description: 'show what would change' })
  parseDryRun(): boolean {
    return true;
  }

  async run(_arguments: string[], { group, topic, to, dryRun = false }: Options): Promise<void> {
    const groups = new ConsumerGroups(this.config.kafka);
    try {
      const moves = await groups.plan(group, topic, to);
      if (!dryRun) await groups.move(group, topic, moves);
      const lines = moves.map(({ partition, from, offset }) => `${topic}-${partition}: ${from ?? 'none'} -> ${offset}`);
      process.stdout.write(
        `${lines.join('\n')}\n${dryRun ? 'Nothing was changed.' : `${group} goes on from there.`}\n`,
      );
    } finally {
      await groups.close();
    }
  }
}

@Command({
  name: 'consumers',
  description: 'Consumer groups of programs outside the suite.',
  subCommands: [ResetCommand],
})
class ConsumersCommand extends CommandRunner {
  run(): Promise<void> {
    return Promise.resolve(this.command.help());
  }
}

export const CONSUMERS_COMMANDS = [ConsumersCommand, ResetCommand];
