import type { Cancel, Clock } from '../clock.ts';
import type { EntityCache } from './entity-cache.ts';
import { StoreFailed } from './entity-store.ts';
import type { EntityStore, StoredChange, StoreHeader } from './entity-store.ts';
import type { EntityImage, Image, ImageChange, ImagePosition } from './image.ts';

/** What has changed is written once so long has passed, so an entity that changes often is written seldom… */
const WRITE_AFTER_MS = 500;
/** …or once so many have changed. */
const WRITE_AT = 5_000;
/** Entities in one store transaction: a few milliseconds in which nothing else runs. */
const SLICE = 200;
const RETRY_AFTER_MS = 5_000;
const IDS_AT_ONCE = 1_000;

export interface StoredImageParts<State> {
  readonly store: EntityStore;
  readonly cache: EntityCache;
  readonly clock: Clock;
  readonly initialState: State;
  readonly decode: (value: Buffer) => EntityImage<State>;
  readonly isActive: (state: State) => boolean;
  readonly about: Pick<StoreHeader, 'entity' | 'foldVersion' | 'activity'>;
  /** Is told when writing begins to fail, and of a failed read. */
  readonly onTrouble: (error: StoreFailed) => void;
}

/**
 * An image over a local store, with a bounded number of decoded entities in memory. Changes are written behind, several
 * commits at once; until then they are read from memory. The store's position is written with the last of the changes that
 * lead to it, so it is never ahead of the entities; an entity ahead of the position is read from the log again.
 * When writing fails, the changes stay in memory and it is tried again: a commit is never affected. When reading fails,
 * the image is done for: whoever meets it takes the partition over again, and the store is removed.
 */
export class StoredImage<State> implements Image<State> {
  cached = 0;
  failure: StoreFailed | undefined;
  position: ImagePosition | undefined;
  private readonly parts: StoredImageParts<State>;
  private readonly unknown: EntityImage<State>;
  private changed = new Map<string, StoredChange>();
  /** What is being written: of it, some is in the store and some not yet. */
  private writing: ReadonlyMap<string, StoredChange> = new Map();
  private running: Promise<void> | undefined;
  private cancelTimer: Cancel | undefined;
  private isTroubled = false;
  private isBroken = false;
  private isClosing = false;

  constructor(parts: StoredImageParts<State>) {
    this.parts = parts;
    this.unknown = { state: parts.initialState, version: 0, clientKeys: [] };
    this.position = parts.store.header()?.position;
  }

  get size(): number {
    if (this.failure) return 0;
    const { store } = this.parts;
    const grown = (sum: number, [entityId, { value }]: readonly [string, StoredChange]) =>
      sum + Number(value !== null) - Number(store.has(entityId));
    return this.trying(() => [...this.unwritten()].reduce(grown, store.size));
  }

  get(entityId: string): EntityImage<State> {
    if (this.failure) throw this.failure;
    const cached = this.parts.cache.get(entityId) as EntityImage<State> | undefined;
    if (cached) return cached;
    const value = this.read(entityId);
    if (!value) return this.unknown;
    const entity = this.trying(() => this.parts.decode(value));
    this.parts.cache.set(this, entityId, entity);
    return entity;
  }

  *ids(): Generator<string> {
    const unwritten = this.unwritten();
    for (const [entityId, { value }] of unwritten) if (value) yield entityId;
    for (let after = ''; ;) {
      const ids = this.trying(() => this.parts.store.ids(after, IDS_AT_ONCE));
      if (ids.length === 0) return;
      for (const entityId of ids) if (!unwritten.has(entityId)) yield entityId;
      after = ids.at(-1)!;
    }
  }

  *active(): Generator<[string, EntityImage<State>]> {
    const unwritten = this.unwritten();
    for (const [entityId, { active }] of unwritten) if (active) yield [entityId, this.get(entityId)];
    for (const entityId of this.trying(() => this.parts.store.activeIds())) {
      if (!unwritten.has(entityId)) yield [entityId, this.get(entityId)];
    }
  }

  async load(changes: Iterable<ImageChange<State>>): Promise<void> {
    for (const change of changes) {
      // decoded again when it is asked for: what is loaded may be far more than what ever is
      this.parts.cache.delete(change.entityId);
      this.change(change);
    }
    if (this.changed.size >= WRITE_AT) await this.writeChanges();
  }

  merge(changes: Iterable<ImageChange<State>>, position: ImagePosition): void {
    for (const change of changes) {
      const { entityId, entity } = change;
      if (entity) this.parts.cache.set(this, entityId, entity);
      else this.parts.cache.delete(entityId);
      this.change(change);
    }
    this.position = position;
    this.schedule(this.changed.size < WRITE_AT ? WRITE_AFTER_MS : 0);
  }

  async clear(): Promise<void> {
    this.position = undefined;
    this.changed.clear();
    this.parts.cache.drop(this);
    await this.parts.store.clear().catch((error: unknown) => {
      throw this.broken(error);
    });
  }

  async close(): Promise<void> {
    if (this.isClosing) return;
    this.isClosing = true;
    this.cancelTimer?.();
    await this.running;
    if (!this.failure) await this.writeChanges(this.position).catch((error: StoreFailed) => this.troubled(error));
    this.failure ??= new StoreFailed('The image is closed.');
    this.parts.cache.drop(this);
    await (this.isBroken ? this.parts.store.discard() : this.parts.store.close());
  }

  private change(change: ImageChange<State>): void {
    const { entityId, entity } = change;
    const stored = entity
      ? { value: change.value, active: this.parts.isActive(entity.state) }
      : { value: null, active: false };
    this.changed.set(entityId, stored);
  }

  private read(entityId: string): Buffer | null | undefined {
    const change = this.changed.get(entityId) ?? this.writing.get(entityId);
    return change ? change.value : this.trying(() => this.parts.store.get(entityId));
  }

  private unwritten(): ReadonlyMap<string, StoredChange> {
    return new Map([...this.writing, ...this.changed]);
  }

  private schedule(milliseconds: number): void {
    if (this.isClosing || this.running || (this.cancelTimer && milliseconds > 0)) return;
    this.cancelTimer?.();
    this.cancelTimer = this.parts.clock.after(milliseconds, () => {
      this.cancelTimer = undefined;
      this.running = this.writeBehind();
    });
  }

  private async writeBehind(): Promise<void> {
    let pause = this.changed.size < WRITE_AT ? WRITE_AFTER_MS : 0;
    try {
      await this.writeChanges(this.position);
      this.isTroubled = false;
    } catch (error) {
      pause = RETRY_AFTER_MS;
      this.troubled(error as StoreFailed);
    }
    this.running = undefined;
    if (this.changed.size > 0) this.schedule(pause);
  }

  /** In slices; the position with the last of them. */
  private async writeChanges(position?: ImagePosition): Promise<void> {
    const { store, clock, about } = this.parts;
    this.writing = this.changed;
    this.changed = new Map();
    const changes = [...this.writing];
    try {
      for (let at = 0; at + SLICE < changes.length; at += SLICE) {
        store.write(changes.slice(at, at + SLICE));
        await clock.turn();
      }
      const rest = changes.slice(Math.max(Math.ceil(changes.length / SLICE) - 1, 0) * SLICE);
      store.write(rest, position && { ...about, position, savedAt: clock.now() });
    } catch (error) {
      this.changed = new Map([...this.writing, ...this.changed]);
      throw error;
    } finally {
      this.writing = new Map();
    }
  }

  private troubled(error: StoreFailed): void {
    if (!this.isTroubled) this.parts.onTrouble(error);
    this.isTroubled = true;
  }

  private trying<T>(read: () => T): T {
    if (this.failure) throw this.failure;
    try {
      return read();
    } catch (error) {
      throw this.broken(error);
    }
  }

  private broken(error: unknown): StoreFailed {
    this.isBroken = true;
    this.failure = error instanceof StoreFailed ? error : new StoreFailed(String(error), { cause: error });
    this.parts.onTrouble(this.failure);
    return this.failure;
  }
}
