import type { ImagePosition } from './image.ts';

/** What a store's entities are, and up to where they are complete. */
export interface StoreHeader {
  readonly entity: string;
  readonly foldVersion: number;
  /** Tells by which functions its active entities were found. */
  readonly activity: string;
  readonly position: ImagePosition;
  /** Epoch milliseconds. */
  readonly savedAt: number;
}

/** An entity's latest record value, or null when it is gone; `active`: it has a deadline or an open request. */
export interface StoredChange {
  readonly value: Buffer | null;
  readonly active: boolean;
}

/** The local store cannot be opened, read or written; Kafka holds all that it held. */
export class StoreFailed extends Error {
  override readonly name = 'StoreFailed';
  readonly retriable = true;
}

/**
 * One partition's entities on the local disk: a cache of the latest topic that survives the process. One process at a
 * time has it open. Every method may throw StoreFailed.
 */
export interface EntityStore {
  readonly size: number;
  has(entityId: string): boolean;
  /** The value as it was written, byte for byte; undefined when there is none. */
  get(entityId: string): Buffer | undefined;
  /** Up to `limit` ids in order, from the one behind `after` on. */
  ids(after: string, limit: number): string[];
  activeIds(): string[];
  header(): StoreHeader | undefined;
  /** Writes all or nothing. Without `header` the one before stays. */
  write(changes: readonly (readonly [string, StoredChange])[], header?: StoreHeader): void;
  /** Leaves it empty. */
  clear(): Promise<void>;
  /** Lets go of it, so that it can be opened again; does not throw. */
  close(): Promise<void>;
  /** Lets go of it and removes it; does not throw. */
  discard(): Promise<void>;
}
