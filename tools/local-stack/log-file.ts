import { closeSync, copyFileSync, fstatSync, openSync, readSync, statSync, truncateSync } from 'node:fs';

const maximumBytes = 10 * 1024 * 1024;

/**
 * Children append to the file themselves, so a line is never lost with the supervisor. Appending is also what makes
 * cutting safe: after truncation a writer goes on at the new end.
 */
export function openLog(path: string): number {
  return openSync(path, 'a');
}

/** Keeps one older part beside the file (`<name>.1`). Called now and then; bounds the size between two calls only. */
export function boundLog(path: string): void {
  try {
    if (statSync(path).size < maximumBytes) return;
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
  } catch {
    // The log is a convenience: it must never stop what it describes.
  }
}

export function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** The last lines written since the file had the size `from`. */
export function lastLines(path: string, from = 0, count = 8): string[] {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const size = fstatSync(file).size;
    const start = Math.max(size < from ? 0 : from, size - 16_384);
    const buffer = Buffer.alloc(size - start);
    readSync(file, buffer, 0, buffer.length, start);
    const lines = buffer.toString('utf8').split('\n');
    return lines.filter((line) => line.trim() !== '').slice(-count);
  } catch {
    return [];
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
