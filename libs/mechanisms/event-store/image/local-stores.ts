import { EntityCache } from './entity-cache.ts';
import { StoreFailed } from './entity-store.ts';
import type { EntityStore } from './entity-store.ts';
import { LmdbStore } from './lmdb-store.ts';

/** A partition's, for as many processes as may have owned it at once; more do without. */
const FOLDERS = ['', '.1', '.2', '.3'];

export interface LocalStoreSettings {
  /** Where a process keeps its stores: best a folder that it shares with no other process. */
  readonly dir: string;
  /** How many entities it keeps decoded in memory, over all its partitions. */
  readonly cachedEntities: number;
}

/** The local stores of one process, and what its images keep in memory. */
export class LocalStores {
  readonly cache: EntityCache;
  /** Tells what became of a partition's store, for the log. */
  readonly tell: (partition: number, message: string) => void;
  private readonly dir: string;

  constructor({ dir, cachedEntities }: LocalStoreSettings, tell: (partition: number, message: string) => void) {
    this.dir = dir;
    this.cache = new EntityCache(cachedEntities);
    this.tell = tell;
  }

  /**
   * The store of a partition; undefined, and told, when there can be none now. What another process holds is left to it:
   * there are more folders.
   */
  open(entity: string, partition: number): EntityStore | undefined {
    try {
      for (const folder of FOLDERS) {
        const store = LmdbStore.open(this.dir, `${entity}-${partition}${folder}`);
        if (store) return store;
        this.tell(partition, `another process holds ${entity}-${partition}${folder} in ${this.dir}`);
      }
      return undefined;
    } catch (error) {
      if (!(error instanceof StoreFailed)) throw error;
      this.tell(partition, `${error.message}: going on in memory`);
      return undefined;
    }
  }
}
