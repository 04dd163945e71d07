import { createHash } from 'node:crypto';
import type { Database } from 'lmdb';

/** What is asked of a map here; one of the language can be asked, too. */
export type Entries<V> = Pick<ReadonlyMap<string, V>, 'get' | 'has' | 'size'> & Iterable<[string, V]>;

/** A map that can be changed. */
export type EntryMap<V> = Entries<V> &
  Pick<Map<string, V>, 'delete' | 'clear'> & { set(key: string, value: V): unknown };

/** Changes that stay in memory until they are written together. */
const MOST_UNWRITTEN = 1_000;
/** LMDB takes 1,978 bytes, and a character of a key may have four. */
const LONGEST_KEY = 450;
const KEPT_OF_KEY = 250;

/**
 * A map on the disk; what it holds in memory does not grow with it. It is iterated in the order of the keys' bytes, as of
 * the moment when that began. A key too long for it is kept as its beginning and a hash.
 */
export class ScratchMap<V> implements EntryMap<V> {
  private readonly database: Database<V, Buffer>;
  /** Undefined for what is to be removed. */
  private readonly unwritten = new Map<string, V | undefined>();

  constructor(database: Database<V, Buffer>) {
    this.database = database;
  }

  get size(): number {
    this.write();
    return (this.database.getStats() as { entryCount: number }).entryCount;
  }

  get(key: string): V | undefined {
    const kept = keptKey(key);
    return this.unwritten.has(kept) ? this.unwritten.get(kept) : this.database.get(bytesOf(kept));
  }

  has(key: string): boolean {
    const kept = keptKey(key);
    return this.unwritten.has(kept) ? this.unwritten.get(kept) !== undefined : this.database.doesExist(bytesOf(kept));
  }

  /** The value must not be changed afterwards. */
  set(key: string, value: V): void {
    this.change(keptKey(key), value);
  }

  delete(key: string): boolean {
    const had = this.has(key);
    if (had) this.change(keptKey(key), undefined);
    return had;
  }

  clear(): void {
    this.unwritten.clear();
    this.database.clearSync();
  }

  *keys(): Generator<string> {
    this.write();
    for (const bytes of this.database.getKeys()) yield keyIn(bytes);
  }

  *[Symbol.iterator](): Generator<[string, V]> {
    this.write();
    for (const { key, value } of this.database.getRange()) yield [keyIn(key), value];
  }

  private change(key: string, value: V | undefined): void {
    this.unwritten.set(key, value);
    if (this.unwritten.size > MOST_UNWRITTEN) this.write();
  }

  private write(): void {
    if (this.unwritten.size === 0) return;
    const changes = [...this.unwritten].sort(([a], [b]) => (a < b ? -1 : 1));
    this.database.transactionSync(() => {
      for (const [key, value] of changes) {
        if (value === undefined) this.database.removeSync(bytesOf(key));
        else this.database.putSync(bytesOf(key), value);
      }
    });
    this.unwritten.clear();
  }
}

/** The key itself, unless it is too long. */
export function keptKey(key: string, longest = LONGEST_KEY): string {
  if (key.length <= longest) return key;
  return `${key.slice(0, KEPT_OF_KEY)}…${createHash('sha256').update(key).digest('base64')}`;
}

/** With a byte before it, as no key of LMDB may be empty; its own encodings of strings change some. */
const bytesOf = (key: string): Buffer => Buffer.from(`=${key}`);
const keyIn = (bytes: Buffer): string => bytes.toString('utf8', 1);
