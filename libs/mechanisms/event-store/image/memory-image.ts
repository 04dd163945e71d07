import type { EntityImage, Image, ImageChange, ImagePosition } from './image.ts';

/** An image that holds every entity decoded in memory; nothing survives the process. */
export class MemoryImage<State> implements Image<State> {
  readonly failure = undefined;
  position: ImagePosition | undefined;
  private readonly entities = new Map<string, EntityImage<State>>();
  private readonly activeIds = new Set<string>();
  private readonly unknown: EntityImage<State>;
  private readonly isActive: (state: State) => boolean;

  constructor(initialState: State, isActive: (state: State) => boolean) {
    this.unknown = { state: initialState, version: 0, clientKeys: [] };
    this.isActive = isActive;
  }

  get size(): number {
    return this.entities.size;
  }

  get cached(): number {
    return this.entities.size;
  }

  get(entityId: string): EntityImage<State> {
    return this.entities.get(entityId) ?? this.unknown;
  }

  ids(): Iterable<string> {
    return this.entities.keys();
  }

  *active(): Generator<[string, EntityImage<State>]> {
    for (const entityId of this.activeIds) yield [entityId, this.get(entityId)];
  }

  async load(changes: Iterable<ImageChange<State>>): Promise<void> {
    this.take(changes);
  }

  merge(changes: Iterable<ImageChange<State>>, position: ImagePosition): void {
    this.take(changes);
    this.position = position;
  }

  async clear(): Promise<void> {
    this.position = undefined;
    this.entities.clear();
    this.activeIds.clear();
  }

  async close(): Promise<void> {}

  private take(changes: Iterable<ImageChange<State>>): void {
    for (const { entityId, entity } of changes) {
      if (entity) this.entities.set(entityId, entity);
      else this.entities.delete(entityId);
      if (entity && this.isActive(entity.state)) this.activeIds.add(entityId);
      else this.activeIds.delete(entityId);
    }
  }
}
