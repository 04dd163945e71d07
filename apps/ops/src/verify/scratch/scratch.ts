import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import type { RootDatabase, RootDatabaseOptions } from 'lmdb';
import { ScratchMap } from './scratch-map.ts';

const MOST_MAPS = 64;

/**
 * A file for what may not fit into memory. It is unlinked as soon as it is open, so the file system takes its space back
 * when the process ends, however it ends.
 */
export class Scratch {
  private readonly root: RootDatabase;
  private maps = 0;

  /** In a folder that is there. @throws when nothing can be written to it */
  static open(dir = tmpdir()): Scratch {
    const path = mkdtempSync(join(dir, 'factstream-verify-'));
    try {
      return new Scratch(
        open({ path, noSubdir: false, noSync: true, overlappingSync: false, maxDbs: MOST_MAPS, noMemInit: true }),
      );
    } finally {
      rmSync(path, { recursive: true, force: true });
    }
  }

  private constructor(root: RootDatabase) {
    this.root = root;
  }

  /** A new, empty map of values that survive MessagePack: data, no classes, no sets. */
  map<V>(): ScratchMap<V> {
    // the names of fields stand in memory, once a map, and not in every value
    return this.open<V>({ encoding: 'msgpack', encoder: { structures: [] } });
  }

  /** A new, empty map of bytes. */
  bytes(): ScratchMap<Buffer> {
    return this.open<Buffer>({ encoding: 'binary' });
  }

  async close(): Promise<void> {
    await this.root.close();
  }

  private open<V>(values: Pick<RootDatabaseOptions, 'encoding' | 'encoder'>): ScratchMap<V> {
    this.maps += 1;
    return new ScratchMap(this.root.openDB<V, Buffer>(String(this.maps), { ...values, keyEncoding: 'binary' }));
  }
}
