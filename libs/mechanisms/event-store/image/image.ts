import type { ClientKey } from '#mechanisms/schemas/declare';

/** One entity as its owner knows it. `version` 0: there is no event of it. */
export interface EntityImage<State> {
  readonly state: State;
  readonly version: number;
  readonly clientKeys: readonly ClientKey[];
}

/** What became of one entity; without `entity` it is gone. `value` is its latest record's. */
export type ImageChange<State> =
  | { readonly entityId: string; readonly entity: EntityImage<State>; readonly value: Buffer }
  | { readonly entityId: string; readonly entity: undefined };

/** Up to where in the log an image is complete. */
export interface ImagePosition {
  /** The image holds every latest record below this offset. */
  readonly latest: number;
  /** The partition's last event: where it stands, and which it is. */
  readonly event: { readonly offset: number; readonly id: string } | undefined;
}

/**
 * The committed entities of one partition; only a commit changes them. Reads are synchronous and see every change at
 * once. A read may throw StoreFailed: the partition is to be taken over again then, and nothing was decided on it.
 */
export interface Image<State> {
  /** Entities known, wherever they are kept. */
  readonly size: number;
  /** Those of them that stand decoded in memory. */
  readonly cached: number;
  /** Set once it could not be read: it is good for nothing any more. */
  readonly failure: Error | undefined;
  /** Where it is complete up to; undefined until it has been. */
  readonly position: ImagePosition | undefined;
  /** An entity that is not known has version 0. */
  get(entityId: string): EntityImage<State>;
  ids(): Iterable<string>;
  /** The entities that have a deadline or an open request. */
  active(): Iterable<[string, EntityImage<State>]>;
  /** Takes in what was read from the log; the position stays. Resolves when there is room for more. */
  load(changes: Iterable<ImageChange<State>>): Promise<void>;
  /** Takes in what a commit has made, after which it is complete up to `position`. Never fails. */
  merge(changes: Iterable<ImageChange<State>>, position: ImagePosition): void;
  /** Forgets every entity and its position. */
  clear(): Promise<void>;
  close(): Promise<void>;
}
