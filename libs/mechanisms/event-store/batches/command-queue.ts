import { NotExecuted } from '../errors.ts';
import type { PendingCommand } from './pending-command.ts';

/**
 * The commands of one partition in their order of arrival; bounded, and bounded for each entity, so that clients of one
 * that is asked too much are refused before they hold up all the others.
 */
export class CommandQueue<Command> {
  private waiting: PendingCommand<Command>[] = [];
  private wake: (() => void) | undefined;
  /** Something waits that is worth a transaction of its own. */
  private isUrgent = false;
  private readonly limit: number;
  private readonly limitPerEntity: number;
  private perEntity = new Map<string, number>();

  constructor(limit: number, limitPerEntity: number) {
    this.limit = limit;
    this.limitPerEntity = limitPerEntity;
  }

  get length(): number {
    return this.waiting.length;
  }

  /** Takes in what the partition itself asks for, however long the queue is. */
  pushOwn(pending: PendingCommand<Command>): void {
    this.waiting.push(pending);
    this.hurry();
  }

  /** @throws NotExecuted when the queue is full, or the entity's share of it */
  push(pending: PendingCommand<Command>): void {
    if (this.waiting.length >= this.limit) throw new NotExecuted('Too many commands are waiting.', 'OVERLOADED');
    const { entityId } = pending.envelope!;
    const share = this.perEntity.get(entityId) ?? 0;
    if (share >= this.limitPerEntity) {
      throw new NotExecuted('Too many commands are waiting for this entity.', 'OVERLOADED');
    }
    this.perEntity.set(entityId, share + 1);
    this.waiting.push(pending);
    if (!pending.envelope?.canWait) this.hurry();
  }

  /** Lets nothing that is here wait any longer for company. */
  hurry(): void {
    if (this.waiting.length === 0) return;
    this.isUrgent = true;
    this.wake?.();
  }

  /** Puts commands back in front that were taken but not executed. */
  putBack(taken: readonly PendingCommand<Command>[]): void {
    this.keep([...taken, ...this.waiting]);
    this.hurry();
  }

  /** Takes everything that waits for an answer still. */
  takeAll(): PendingCommand<Command>[] {
    const taken = this.waiting.filter(({ answered }) => !answered);
    this.keep([]);
    this.isUrgent = false;
    return taken;
  }

  /** Resolves when there is something to take that cannot wait, or when `interrupt` is called. */
  async urgent(): Promise<void> {
    if (this.isUrgent && this.waiting.length > 0) return;
    await new Promise<void>((resolve) => (this.wake = resolve));
    this.wake = undefined;
  }

  interrupt(): void {
    this.wake?.();
  }

  expire(now: number): void {
    for (const pending of this.waiting) pending.expireQueued(now);
    if (this.waiting.some(({ answered }) => answered)) this.keep(this.waiting);
  }

  /**
   * Refuses what the partition itself has asked for. A take-over makes it void: facts are read again from the cursors, and
   * deadlines and effects come again from the image, once they may.
   */
  dropOwn(): void {
    for (const pending of this.waiting)
      if (pending.isOwn) pending.refuse(new NotExecuted('It was asked for before the partition was taken over.'));
    this.keep(this.waiting);
  }

  refuseAll(error: Error): void {
    for (const pending of this.takeAll()) pending.refuse(error);
  }

  private keep(commands: readonly PendingCommand<Command>[]): void {
    this.waiting = commands.filter(({ answered }) => !answered);
    this.perEntity = new Map();
    for (const { envelope } of this.waiting) {
      if (envelope) this.perEntity.set(envelope.entityId, (this.perEntity.get(envelope.entityId) ?? 0) + 1);
    }
  }
}
