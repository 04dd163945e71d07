import { mkdirSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { StackError } from './stack-error.ts';

/** Where downloads are kept: outside every clone and shared by them. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const folder = env['FACTSTREAM_CACHE'] ?? join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'factstream');
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    const reason = (error as Error).message;
    throw new StackError(
      `Downloads cannot be kept in ${folder} (${reason}): set FACTSTREAM_CACHE to a folder that can be written.`,
    );
  }
  return folder;
}

/** A name beside the final one: only a complete and checked file gets that by renaming, so clones can fetch at once. */
export function temporaryName(final: string): string {
  return `${final}.${process.pid}-${Math.random().toString(36).slice(2, 8)}.part`;
}

/** Removes what killed downloads left behind; a running one is never an hour old. */
export function removeAbandoned(folder: string): void {
  for (const name of readdirSync(folder).filter((name) => name.endsWith('.part'))) {
    const path = join(folder, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > 3_600_000) rmSync(path, { recursive: true, force: true });
  }
}

export function requireFreeSpace(folder: string, megabytes: number): void {
  const disk = statfsSync(existing(folder));
  const free = Math.floor((disk.bavail * disk.bsize) / 1024 / 1024);
  if (free >= megabytes) return;
  throw new StackError(
    `The disk of ${folder} is almost full: ${free} MB are free and ${megabytes} MB are needed; free some space and start again.`,
  );
}

function existing(folder: string): string {
  return statSync(folder, { throwIfNoEntry: false }) ? folder : existing(dirname(folder));
}
