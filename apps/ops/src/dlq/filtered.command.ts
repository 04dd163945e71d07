import { CommandRunner, Option } from 'nest-commander';
import type { DeadLetterFilter } from '#mechanisms/dead-letters/index';

/** As given on the command line, under the names of the options. */
export interface FilterOptions {
  readonly projection?: string;
  readonly consumer?: string;
  readonly topic?: string;
  readonly entity?: string;
  readonly error?: string;
  readonly since?: Date;
  readonly until?: Date;
}

/** The conditions that all `dlq` commands share. */
export abstract class FilteredCommand extends CommandRunner {
  @Option({ flags: '--projection <name>', description: 'of this projection or version: orders, orders_v1' })
  parseProjection(name: string): string {
    return name;
  }

  @Option({ flags: '--consumer <name>', description: 'of this consumer: orders_v1, customer-command.reactions' })
  parseConsumer(name: string): string {
    return name;
  }

  @Option({ flags: '--topic <topic>', description: 'read from this topic' })
  parseTopic(topic: string): string {
    return topic;
  }

  @Option({ flags: '--entity <id>', description: 'of this entity, which is the key of the record' })
  parseEntity(id: string): string {
    return id;
  }

  @Option({ flags: '--error <text>', description: 'with this text in the error' })
  parseError(text: string): string {
    return text;
  }

  @Option({ flags: '--since <time>', description: 'first failed at or after this time: 2026-11-21T10:00:00Z' })
  parseSince(time: string): Date {
    return timeOf(time);
  }

  @Option({ flags: '--until <time>', description: 'first failed before this time' })
  parseUntil(time: string): Date {
    return timeOf(time);
  }
}

export function filterOf({ projection, consumer = projection, ...rest }: FilterOptions): DeadLetterFilter {
  if (projection !== undefined && projection !== consumer)
    throw new Error('--projection and --consumer exclude each other.');
  const { topic, entity, error, since, until } = rest;
  const given = Object.entries({ consumer, topic, entity, error, since, until }).filter(
    ([, value]) => value !== undefined,
  );
  return Object.fromEntries(given);
}

function timeOf(text: string): Date {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new Error(`${text} is no time; write 2026-11-21T10:00:00Z.`);
  return time;
}
