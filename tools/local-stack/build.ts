import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tryLock } from './exclusive-lock.ts';
import { root } from './layout.ts';
import { say } from './progress.ts';
import { StackError } from './stack-error.ts';

const sources = ['apps', 'libs', '.swcrc'];
const lockFolder = join(root, '.factstream');
const markFile = join(root, 'dist', '.built-from');

/** Builds `dist` when the sources are not those it was built from. */
export async function ensureBuilt(): Promise<void> {
  if (isCurrent()) return;
  let unlock = tryLock(lockFolder, 'build');
  for (; !unlock; unlock = tryLock(lockFolder, 'build')) await sleep(100);
  try {
    if (!isCurrent()) build();
  } finally {
    unlock();
  }
}

function isCurrent(): boolean {
  return existsSync(markFile) && readFileSync(markFile, 'utf8') === fingerprint();
}

function build(): void {
  const from = fingerprint();
  say('building');
  const result = spawnSync(buildScript(), { cwd: root, shell: true, encoding: 'utf8' });
  if (result.status !== 0) throw new StackError(`The build failed:\n${result.stdout}${result.stderr}`.trimEnd());
  writeFileSync(markFile, from);
}

function fingerprint(): string {
  const hash = createHash('sha256').update(buildScript());
  for (const source of sources) for (const file of filesOf(source)) hash.update(`${file}\n`).update(readFileSync(file));
  return hash.digest('hex');
}

function filesOf(source: string): string[] {
  const path = join(root, source);
  if (!existsSync(path)) return [];
  if (source.startsWith('.')) return [path];
  const entries = readdirSync(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function buildScript(): string {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { build: string } };
  return manifest.scripts.build;
}
