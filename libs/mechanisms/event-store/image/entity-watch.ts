import type { EventPosition } from '#mechanisms/event-sourcing/index';
import type { Clock } from '../clock.ts';
import type { EntityImage } from './image.ts';

interface Watcher<State> {
  readonly version: number;
  readonly done: (entity?: SeenEntity<State>) => void;
}

/** An entity as a commit left it, and a position that covers it. */
export interface SeenEntity<State> extends EntityImage<State> {
  readonly position: EventPosition;
}

/** Lets callers wait, in memory, for what the next commits make of an entity. */
export class EntityWatch<State> {
  private readonly watchers = new Map<string, Set<Watcher<State>>>();
  private readonly topic: string;
  private readonly partition: number;
  private readonly clock: Clock;

  constructor(topic: string, partition: number, clock: Clock) {
    this.topic = topic;
    this.partition = partition;
    this.clock = clock;
  }

  /** Resolves once the entity is beyond the version, or with undefined after `timeoutMs` or at `release`. */
  wait(entityId: string, version: number, timeoutMs: number): Promise<SeenEntity<State> | undefined> {
    return new Promise((resolve) => {
      const watchers = this.watchers.get(entityId) ?? new Set();
      this.watchers.set(entityId, watchers);
      const done = (entity?: SeenEntity<State>) => {
        cancel();
        watchers.delete(watcher);
        if (watchers.size === 0) this.watchers.delete(entityId);
        resolve(entity);
      };
      const watcher: Watcher<State> = { version, done };
      const cancel = this.clock.after(timeoutMs, done);
      watchers.add(watcher);
    });
  }

  /** Tells of a committed entity; `offset` is that of a fact at or after its newest one. */
  saw(entityId: string, entity: EntityImage<State>, offset: number): void {
    const watchers = this.watchers.get(entityId);
    if (!watchers) return;
    const position = { topic: this.topic, partition: this.partition, offset };
    for (const { version, done } of watchers) if (entity.version > version) done({ ...entity, position });
  }

  /** Lets everybody go who waits. */
  release(): void {
    for (const watchers of this.watchers.values()) for (const { done } of watchers) done();
  }
}
