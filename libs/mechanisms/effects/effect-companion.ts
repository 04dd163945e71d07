import type { OpenRequest } from '#mechanisms/event-sourcing/index';
import type { Cancel, Clock, Companion, OpenPartition } from '#mechanisms/event-store/index';
import type { Perform } from './effect.ts';
import { ownCommand } from './own-command.ts';

export interface EffectSettings {
  /** Requests of one partition that are worked at the same time; a slow one takes one place, no more. */
  readonly concurrency: number;
  /** An attempt is aborted after this. */
  readonly attemptTimeoutMs: number;
  /** The pause after the first attempt without an outcome; it doubles with each further one. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

export const EFFECT_SETTINGS: EffectSettings = {
  concurrency: 256,
  attemptTimeoutMs: 5_000,
  firstPauseMs: 500,
  longestPauseMs: 30_000,
};

interface Work {
  readonly id: string;
  attempts: number;
  /** Set while an attempt is under way outside. */
  abort: (() => void) | undefined;
  /** A commit of this epoch that leaves the request open has ended in this turn of the event loop. */
  isConfirmed: boolean;
  /** Set while it pauses. */
  stopPause: Cancel | undefined;
}

/**
 * Works the open requests of one partition's entities, one at a time per entity, until each has an outcome. What is open
 * stands in the entity's state, so any owner takes it up again. An attempt starts in the turn in which a commit of this
 * epoch ended that leaves the request open, be it the one that brought it: a process that has lost the partition
 * unknowingly starts none.
 */
export class EffectCompanion<State, Command> implements Companion<State, Command> {
  private readonly openRequest: (state: State) => OpenRequest<unknown> | undefined;
  private readonly perform: Perform<never, Command>;
  private readonly settings: EffectSettings;
  private readonly onFailure: (entityId: string, error: unknown) => void;
  private partition: OpenPartition<State, Command> | undefined;
  private readonly works = new Map<string, Work>();
  private readonly waiting: string[] = [];
  /** Entities with an attempt under way. */
  private readonly busy = new Set<string>();

  constructor(
    openRequest: (state: State) => OpenRequest<unknown> | undefined,
    perform: Perform<never, Command>,
    settings: EffectSettings,
    onFailure: (entityId: string, error: unknown) => void,
  ) {
    this.openRequest = openRequest;
    this.perform = perform;
    this.settings = settings;
    this.onFailure = onFailure;
  }

  opened(partition: OpenPartition<State, Command>): void {
    this.partition = partition;
    for (const [entityId, { state }] of partition.active()) {
      const request = this.openRequest(state);
      if (request) this.start(entityId, request.id);
    }
  }

  changed(entityId: string, state: State): void {
    const request = this.openRequest(state);
    const work = this.works.get(entityId);
    if (work?.id === request?.id) return this.prompt(entityId);
    if (work) this.drop(entityId, work);
    if (request) this.start(entityId, request.id, this.partition);
  }

  closed(): void {
    this.partition = undefined;
    for (const [entityId, work] of this.works) this.drop(entityId, work);
    this.waiting.length = 0;
  }

  /** Makes the next attempt now, if the entity has an open request that pauses. */
  prompt(entityId: string): void {
    const work = this.works.get(entityId);
    if (!work?.stopPause) return;
    work.stopPause();
    this.enqueue(entityId, work);
  }

  /** `committed` is the partition of which a commit has just brought the request. */
  private start(entityId: string, id: string, committed?: OpenPartition<State, Command>): void {
    const isConfirmed = committed !== undefined;
    const work: Work = { id, attempts: 0, abort: undefined, isConfirmed, stopPause: undefined };
    void committed?.clock.turn().then(() => (work.isConfirmed = false));
    this.works.set(entityId, work);
    this.enqueue(entityId, work);
  }

  private drop(entityId: string, work: Work): void {
    work.stopPause?.();
    work.abort?.();
    this.works.delete(entityId);
  }

  private enqueue(entityId: string, work: Work): void {
    work.stopPause = undefined;
    this.waiting.push(entityId);
    this.runWaiting();
  }

  private runWaiting(): void {
    while (this.partition && this.busy.size < this.settings.concurrency && this.waiting.length > 0) {
      const entityId = this.waiting.shift()!;
      const work = this.works.get(entityId);
      if (!work || this.busy.has(entityId)) continue;
      this.busy.add(entityId);
      void this.attempt(this.partition, entityId, work).finally(() => {
        this.busy.delete(entityId);
        this.after(entityId, work);
        this.runWaiting();
      });
    }
  }

  private async attempt(partition: OpenPartition<State, Command>, entityId: string, work: Work): Promise<void> {
    try {
      if (!work.isConfirmed) await partition.confirm();
      const request = this.openRequest(partition.get(entityId).state);
      if (this.partition !== partition || request?.id !== work.id) return;
      const command = await this.askOutside(partition.clock, entityId, work, request);
      if (command && this.partition === partition) {
        await partition.execute(ownCommand(entityId, command, request.id));
      }
    } catch (error) {
      if (this.partition === partition && this.works.get(entityId) === work) this.onFailure(entityId, error);
    }
  }

  private async askOutside(
    clock: Clock,
    entityId: string,
    work: Work,
    request: OpenRequest<unknown>,
  ): Promise<Command | undefined> {
    const abortion = new AbortController();
    work.attempts += 1;
    work.abort = () => abortion.abort();
    const stopTimer = clock.after(this.settings.attemptTimeoutMs, work.abort);
    try {
      const attempt = { entityId, attempt: work.attempts, now: clock.now(), signal: abortion.signal };
      return await this.perform(request as OpenRequest<never>, attempt);
    } finally {
      stopTimer();
      work.abort = undefined;
    }
  }

  private after(entityId: string, done: Work): void {
    const work = this.works.get(entityId);
    if (!this.partition || !work) return;
    if (work !== done) return this.enqueue(entityId, work);
    const { firstPauseMs, longestPauseMs } = this.settings;
    const pause = Math.min(firstPauseMs * 2 ** (work.attempts - 1), longestPauseMs);
    work.stopPause = this.partition.clock.after(pause, () => this.enqueue(entityId, work));
  }
}
