import type { OpenRequest } from '#mechanisms/event-sourcing/index';
import type { Cancel, Companion, OpenPartition } from '#mechanisms/event-store/index';
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
  readonly given: AbortController;
  attempts: number;
  /** Set while it pauses. */
  stopPause: Cancel | undefined;
}

/**
 * Works the open requests of one partition's entities, one at a time per entity, until each has an outcome. What is open
 * stands in the entity's state, so any owner takes it up again; an attempt starts only after a commit that began after
 * it was picked, so a process that has lost the partition unknowingly starts none.
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
    for (const [entityId, { state }] of partition.entities()) this.changed(entityId, state);
  }

  changed(entityId: string, state: State): void {
    const request = this.openRequest(state);
    const work = this.works.get(entityId);
    if (work?.id === request?.id) return this.prompt(entityId);
    if (work) this.drop(entityId, work);
    if (request) this.start(entityId, request.id);
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

  private start(entityId: string, id: string): void {
    const work: Work = { id, given: new AbortController(), attempts: 0, stopPause: undefined };
    this.works.set(entityId, work);
    this.enqueue(entityId, work);
  }

  private drop(entityId: string, work: Work): void {
    work.stopPause?.();
    work.given.abort();
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
      await partition.confirm();
      const request = this.openRequest(partition.get(entityId).state);
      if (this.partition !== partition || request?.id !== work.id) return;
      work.attempts += 1;
      const { clock } = partition;
      const signal = AbortSignal.any([work.given.signal, clock.timeout(this.settings.attemptTimeoutMs)]);
      const attempt = { entityId, attempt: work.attempts, now: clock.now(), signal };
      const command = await this.perform(request as OpenRequest<never>, attempt);
      if (command && this.partition === partition) {
        await partition.execute(ownCommand(entityId, command, request.id));
      }
    } catch (error) {
      if (this.partition === partition && !work.given.signal.aborted) this.onFailure(entityId, error);
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
