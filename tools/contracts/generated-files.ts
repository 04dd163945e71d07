import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Texts by file name. */
export type Files = ReadonlyMap<string, string>;

export const contractsFolder = join(import.meta.dirname, '..', '..', 'contracts');

export const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** What a folder below `contracts/` holds. */
export function committedFiles(folder: string): Files {
  const path = join(contractsFolder, folder);
  mkdirSync(path, { recursive: true });
  return new Map(readdirSync(path).map((name) => [name, readFileSync(join(path, name), 'utf8')]));
}

/** Makes the folder hold exactly these files; answers the names of those written and removed. */
export function replaceFiles(folder: string, wanted: Files): string[] {
  const changed = differingFiles(wanted, committedFiles(folder));
  for (const name of changed) {
    const path = join(contractsFolder, folder, name);
    const text = wanted.get(name);
    if (text === undefined) rmSync(path);
    else writeFileSync(path, text);
  }
  return changed;
}

/** The names that are missing, left over or hold another text. */
const differingFiles = (wanted: Files, committed: Files): string[] =>
  [...new Set([...wanted.keys(), ...committed.keys()])].filter((name) => wanted.get(name) !== committed.get(name));

/** A sentence for every difference between what the code declares and what is committed. */
export const differences = (folder: string, wanted: Files, committed: Files): string[] =>
  differingFiles(wanted, committed).map((name) => {
    const file = `contracts/${folder}/${name}`;
    if (!committed.has(name)) return `${file} is missing: run \`npm run contracts\` and commit it.`;
    if (!wanted.has(name)) return `${file} is left over, nothing declares it: run \`npm run contracts\`.`;
    return `${file} is not what the code declares: run \`npm run contracts\` and look at what it changes.`;
  });
