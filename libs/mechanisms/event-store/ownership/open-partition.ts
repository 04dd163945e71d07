import type { Task } from '../batches/pending-command.ts';
import type { Clock } from '../clock.ts';
import type { Receipt } from '../command.ts';
import type { OpenPartition } from '../companion.ts';
import type { Ownership } from './ownership.ts';

/** An owned partition as its companions see it; `enqueue` puts a task behind those that wait. */
export function openPartition<State, Command>(
  partition: number,
  ownership: Ownership<State>,
  clock: Clock,
  enqueue: (task: Task<Command>) => Promise<Receipt>,
): OpenPartition<State, Command> {
  const { image, cursors, stoppedSources } = ownership;
  return {
    partition,
    cursors,
    lastOccurredAt: () => ownership.lastOccurredAt,
    clock,
    active: () => image.active(),
    get: (entityId) => image.get(entityId),
    execute: (envelope) => enqueue({ envelope }),
    apply: (fact) => enqueue({ fact, ...(fact.envelope && { envelope: fact.envelope }) }),
    restart: (source) => void stoppedSources.delete(source),
    parked: () => ownership.parked.all(),
    handleParked: (parked) => enqueue({ parked, ...(parked.kind === 'apply' && { envelope: parked.envelope }) }),
    confirm: async () => void (await enqueue({})),
  };
}
