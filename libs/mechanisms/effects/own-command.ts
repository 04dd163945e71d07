import { v7 as uuidv7 } from 'uuid';
import type { CommandEnvelope } from '#mechanisms/event-store/index';

/** The envelope of a command that no client and no foreign fact asked for, but this process. */
export function ownCommand<Command>(
  entityId: string,
  command: Command,
  causationId?: string,
): CommandEnvelope<Command> {
  const commandId = uuidv7();
  return {
    entityId,
    command,
    commandId,
    causationId: causationId ?? commandId,
    correlationId: commandId,
    actor: 'factstream',
    traceparent: null,
  };
}
