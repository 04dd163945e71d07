import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeFolder } from './files.ts';

/** Collected as garbage, a database would be closed and its lock lost. */
const held = new Set<DatabaseSync>();

/**
 * Takes a lock that the operating system releases when this process ends, however it ends: SQLite's lock on a file.
 * Gives back how to release it, or undefined when another process holds it.
 */
export function tryLock(folder: string, name: string): (() => void) | undefined {
  const database = new DatabaseSync(join(makeFolder(folder), `${name}.lock`));
  try {
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    held.add(database);
    return () => {
      held.delete(database);
      database.close();
    };
  } catch (error) {
    database.close();
    if (/database is locked/.test((error as Error).message)) return undefined;
    throw error;
  }
}
