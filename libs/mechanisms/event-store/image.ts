import type { ClientKey } from '#mechanisms/schemas/declare';

/** One entity as its owner knows it. `version` 0: there is no event of it. */
export interface EntityImage<State> {
  readonly state: State;
  readonly version: number;
  readonly clientKeys: readonly ClientKey[];
}

/** The committed entities of one partition. Only a commit changes it. */
export class Image<State> {
  private readonly entities = new Map<string, EntityImage<State>>();
  private readonly unknown: EntityImage<State>;

  constructor(initialState: State) {
    this.unknown = { state: initialState, version: 0, clientKeys: [] };
  }

  get size(): number {
    return this.entities.size;
  }

  get(entityId: string): EntityImage<State> {
    return this.entities.get(entityId) ?? this.unknown;
  }

  set(entityId: string, entity: EntityImage<State>): void {
    this.entities.set(entityId, entity);
  }

  delete(entityId: string): void {
    this.entities.delete(entityId);
  }

  entries(): IterableIterator<[string, EntityImage<State>]> {
    return this.entities.entries();
  }
}
