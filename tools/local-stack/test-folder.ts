import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder, readJson, writeJson } from './files.ts';
import { closeRunFolder } from './leftovers.ts';
import { identify, isRunning, type ProcessIdentity } from './process-identity.ts';

const prefix = 'factstream-test-';

/** A folder for all stacks of one test run. It belongs to this process, and may be removed when that has ended. */
export function makeTestRunFolder(): string {
  const folder = reachable(mkdtempSync(join(tmpdir(), prefix)));
  writeJson(join(folder, 'owner.json'), identify(process.pid));
  return folder;
}

/** A stack folder of a test's own inside the run's folder: what a test forgets there is stopped and removed at the end. */
export function makeStackFolder(name = 'stack', runFolder = process.env['TEST_RUN_FOLDER']): string {
  if (!runFolder) throw new Error('No stack was started for this test: it has to be an .int.spec.ts or .e2e.spec.ts');
  return reachable(mkdtempSync(join(makeFolder(runFolder), `${name}-`)));
}

/** Stops everything that was started in the run's folder; nothing is started there any more. */
export async function closeTestRunFolder(folder: string): Promise<void> {
  const stacks = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  await Promise.all(stacks.map(({ name }) => closeRunFolder(join(folder, name, 'run'))));
}

/** As above, and removes it. */
export async function removeTestRunFolder(folder: string): Promise<void> {
  await closeTestRunFolder(folder);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Cleans up behind runs that were killed. */
export async function removeAbandonedTestRuns(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((name) => name.startsWith(prefix))) {
    const folder = join(tmpdir(), name);
    const owner = readJson(join(folder, 'owner.json')) as ProcessIdentity | undefined;
    if (owner && !isRunning(owner)) await removeTestRunFolder(folder);
  }
}

/** `mkdtemp` lets only its user in, but PostgreSQL may run as another one. */
function reachable(folder: string): string {
  chmodSync(folder, 0o755);
  return folder;
}
