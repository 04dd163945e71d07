import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** After so many ends without a closing, each soon after the opening, the store itself is suspected. */
const MOST_DEATHS = 3;
const STEADY_AFTER_MS = 60_000;

/** Stands beside a store while it is open, and after an end without a closing. */
interface Marker {
  readonly boot: string;
  /** It was not yet known that it can be read. */
  readonly opening: boolean;
  /** How often in a row the store was not closed. */
  readonly deaths: number;
}

/**
 * The folder of one store, `<dir>/<name>`: held by one process at a time, by a lock that the operating system releases
 * however the process ends. What an earlier process left is removed when the machine has stopped under it, as unsynced
 * pages may be missing then, or when processes die with it: a damaged file can kill whoever maps it into memory.
 */
export class StoreFolder {
  readonly path: string;
  private readonly lock: DatabaseSync;
  private readonly markerFile: string;
  private readonly openedAt = Date.now();
  private deaths: number;

  /** Undefined when another process holds it. @throws an error of the file system */
  static hold(dir: string, name: string): StoreFolder | undefined {
    mkdirSync(dir, { recursive: true });
    // SQLite's lock on a file of its own: Node has none
    const lock = new DatabaseSync(join(dir, `${name}.lock`));
    try {
      lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
      return new StoreFolder(dir, name, lock);
    } catch (error) {
      lock.close();
      if (/database is locked/.test((error as Error).message)) return undefined;
      throw error;
    }
  }

  private constructor(dir: string, name: string, lock: DatabaseSync) {
    this.path = join(dir, name);
    this.lock = lock;
    this.markerFile = join(dir, `${name}.open`);
    const marker = readMarker(this.markerFile);
    this.deaths = marker ? marker.deaths + 1 : 0;
    if (marker && (marker.boot !== bootId() || marker.opening || this.deaths >= MOST_DEATHS)) {
      this.remove();
      this.deaths = 0;
    }
    mkdirSync(this.path, { recursive: true });
    this.mark(true);
    for (const path of [this.markerFile, dir]) sync(path);
  }

  /** It could be read. */
  opened(): void {
    this.mark(false);
  }

  /** Called now and then while the store serves: an end later on says nothing against it. */
  serves(): void {
    if (this.deaths === 0 || Date.now() - this.openedAt < STEADY_AFTER_MS) return;
    this.deaths = 0;
    this.mark(false);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  /** `clean`: everything in it has reached the disk. */
  release(clean: boolean): void {
    if (clean) rmSync(this.markerFile, { force: true });
    this.lock.close();
  }

  private mark(opening: boolean): void {
    const marker: Marker = { boot: bootId(), opening, deaths: this.deaths };
    writeFileSync(this.markerFile, JSON.stringify(marker));
  }
}

function sync(path: string): void {
  const file = openSync(path, 'r');
  fsyncSync(file);
  closeSync(file);
}

/** One that is there but cannot be read counts as another boot's. */
function readMarker(file: string): Marker | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Marker;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : { boot: '', opening: true, deaths: 0 };
  }
}

let knownBootId: string | undefined;

/** Differs after each start of the operating system; where it cannot be told, in each process. */
function bootId(): string {
  knownBootId ??= readBootId();
  return knownBootId;
}

function readBootId(): string {
  try {
    return process.platform === 'darwin'
      ? execFileSync('sysctl', ['-n', 'kern.bootsessionuuid'], { encoding: 'utf8' }).trim()
      : readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return randomUUID();
  }
}
