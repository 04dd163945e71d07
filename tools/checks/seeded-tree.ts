import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');

/** Source texts by path. */
export type Sources = Readonly<Record<string, string>>;

/** Gives `work` a folder with these files beside the project's own settings and packages, and removes it afterwards. */
export function withSeededTree<Result>(sources: Sources, work: (folder: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'factstream-seeded-'));
  try {
    for (const name of ['package.json', 'tsconfig.json', '.dependency-cruiser.mjs', '.oxlintrc.json']) {
      cpSync(join(root, name), join(folder, name));
    }
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    for (const [path, text] of Object.entries(sources)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
