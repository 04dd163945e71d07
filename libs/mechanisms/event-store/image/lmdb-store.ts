import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { open } from 'lmdb';
import type { Database, RootDatabase } from 'lmdb';
import { StoreFailed } from './entity-store.ts';
import type { EntityStore, StoredChange, StoreHeader } from './entity-store.ts';
import { StoreFolder } from './store-folder.ts';

const CHECKSUM_BYTES = 4;
/** `MDB_MAGIC`, behind the first page's header. */
const SIGNATURE = 0xbeefc0de;
const SIGNATURE_AT = 24;
const NOTHING = Buffer.alloc(0);
/** Changes with the layout of what is stored. */
const HEADER_KEY = 'header-1';

interface Databases {
  readonly root: RootDatabase;
  readonly entities: Database<Buffer, string>;
  readonly active: Database<Buffer, string>;
  readonly header: Database<StoreHeader, string>;
}

/**
 * An entity store in LMDB. Each value is kept with a checksum over itself and its key. Transactions are not synced to the
 * disk, only a closing is: they survive the process but not a crash of the operating system, after which the store is removed.
 */
export class LmdbStore implements EntityStore {
  private readonly folder: StoreFolder;
  private databases: Databases;

  /** Undefined when another process has it open. What is not LMDB's is removed. @throws StoreFailed */
  static open(dir: string, name: string): LmdbStore | undefined {
    const folder = trying(() => StoreFolder.hold(dir, name));
    if (!folder) return undefined;
    try {
      return new LmdbStore(folder);
    } catch (error) {
      folder.release(false);
      throw failure(error);
    }
  }

  private constructor(folder: StoreFolder) {
    this.folder = folder;
    // of a file that is not LMDB's, the library does not complain, but dies
    if (!isLmdbFile(join(folder.path, 'data.mdb'))) folder.remove();
    this.databases = openDatabases(folder.path);
    this.header();
    folder.opened();
  }

  get size(): number {
    return trying(() => (this.databases.entities.getStats() as { entryCount: number }).entryCount);
  }

  has(entityId: string): boolean {
    return trying(() => this.databases.entities.doesExist(entityId));
  }

  get(entityId: string): Buffer | undefined {
    return trying(() => {
      const stored = this.databases.entities.get(entityId);
      return stored && checked(entityId, stored);
    });
  }

  ids(after: string, limit: number): string[] {
    const range = after === '' ? { limit } : { start: after, limit: limit + 1 };
    return trying(() => [...this.databases.entities.getKeys(range)].filter((id) => id !== after).slice(0, limit));
  }

  activeIds(): string[] {
    return trying(() => [...this.databases.active.getKeys()]);
  }

  header(): StoreHeader | undefined {
    return trying(() => this.databases.header.get(HEADER_KEY));
  }

  write(changes: readonly (readonly [string, StoredChange])[], header?: StoreHeader): void {
    if (changes.length === 0 && header === undefined) return;
    trying(() => this.databases.root.transactionSync(() => this.put(changes, header)));
    this.folder.serves();
  }

  async clear(): Promise<void> {
    try {
      await this.databases.root.close();
      this.folder.remove();
      this.databases = openDatabases(this.folder.path);
    } catch (error) {
      throw failure(error);
    }
  }

  async close(): Promise<void> {
    let clean = false;
    try {
      await synced(this.databases.root);
      await this.databases.root.close();
      clean = true;
    } catch {
      // the marker stays, and tells whoever opens it next
    }
    this.folder.release(clean);
  }

  async discard(): Promise<void> {
    await this.databases.root.close().catch(() => undefined);
    this.folder.remove();
    this.folder.release(true);
  }

  private put(changes: readonly (readonly [string, StoredChange])[], header?: StoreHeader): void {
    const { entities, active, header: headers } = this.databases;
    for (const [entityId, change] of changes) {
      if (change.value) entities.putSync(entityId, withChecksum(entityId, change.value));
      else entities.removeSync(entityId);
      if (change.active) active.putSync(entityId, NOTHING);
      else active.removeSync(entityId);
    }
    if (header) headers.putSync(HEADER_KEY, header);
  }
}

/** Whether it has the signature of LMDB's first page, or is not there yet. */
function isLmdbFile(path: string): boolean {
  if (!existsSync(path) || statSync(path).size === 0) return true;
  const file = openSync(path, 'r');
  const start = Buffer.alloc(SIGNATURE_AT + 4);
  readSync(file, start);
  closeSync(file);
  return start.readUInt32LE(SIGNATURE_AT) === SIGNATURE;
}

function openDatabases(path: string): Databases {
  const root = open({ path, noSubdir: false, noSync: true, overlappingSync: false, maxDbs: 3 });
  return {
    root,
    entities: root.openDB('entities', { encoding: 'binary' }),
    active: root.openDB('active', { encoding: 'binary' }),
    header: root.openDB('header', { encoding: 'json' }),
  };
}

/** Not in lmdb's declarations: writes to the disk what transactions have left in the page cache, in another thread. */
function synced(root: RootDatabase): Promise<void> {
  const syncable = root as unknown as { sync(done: (error?: Error) => void): void };
  return new Promise((resolve, reject) => syncable.sync((error) => (error ? reject(error) : resolve())));
}

function withChecksum(entityId: string, value: Buffer): Buffer {
  const stored = Buffer.allocUnsafe(CHECKSUM_BYTES + value.length);
  stored.writeUInt32BE(crc32(value, crc32(entityId)));
  value.copy(stored, CHECKSUM_BYTES);
  return stored;
}

function checked(entityId: string, stored: Buffer): Buffer {
  const value = stored.subarray(CHECKSUM_BYTES);
  if (stored.length >= CHECKSUM_BYTES && stored.readUInt32BE() === crc32(value, crc32(entityId))) return value;
  throw new StoreFailed(`What is stored of ${entityId} is damaged.`);
}

function trying<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw failure(error);
  }
}

const failure = (error: unknown): StoreFailed =>
  error instanceof StoreFailed ? error : new StoreFailed(`The local store: ${String(error)}`, { cause: error });
