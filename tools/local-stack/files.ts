import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

/** Creates the folder, readable by every user whatever the umask: PostgreSQL may run as another one. */
export function makeFolder(path: string): string {
  if (mkdirSync(path, { recursive: true })) chmodSync(path, 0o755);
  return path;
}

/** Readers see the old content or the new one, never a part of it. */
export function writeJson(path: string, value: unknown): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, `${JSON.stringify(value, undefined, 2)}\n`);
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Undefined when the file is missing or was cut short by a crash. */
export function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
