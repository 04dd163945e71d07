import type { EntityImage } from './image.ts';

/** Whose entities a cache holds; `cached` is how many. */
export interface CacheHolder {
  cached: number;
}

interface Entry {
  readonly holder: CacheHolder;
  readonly entity: EntityImage<unknown>;
}

/**
 * The decoded entities that a process keeps in memory: at most `limit`, over all its partitions; the least recently used
 * one makes room. An entity id belongs to one holder.
 */
export class EntityCache {
  private readonly entries = new Map<string, Entry>();
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  get(entityId: string): EntityImage<unknown> | undefined {
    const entry = this.entries.get(entityId);
    if (!entry) return undefined;
    this.entries.delete(entityId);
    this.entries.set(entityId, entry);
    return entry.entity;
  }

  set(holder: CacheHolder, entityId: string, entity: EntityImage<unknown>): void {
    this.delete(entityId);
    this.entries.set(entityId, { holder, entity });
    holder.cached += 1;
    if (this.entries.size > this.limit) this.delete(this.entries.keys().next().value!);
  }

  delete(entityId: string): void {
    const entry = this.entries.get(entityId);
    if (!entry) return;
    this.entries.delete(entityId);
    entry.holder.cached -= 1;
  }

  /** Forgets everything of one holder. */
  drop(holder: CacheHolder): void {
    for (const [entityId, entry] of this.entries) if (entry.holder === holder) this.delete(entityId);
  }
}
