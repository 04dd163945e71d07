import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readJson } from './files.ts';
import { identify, isRunning, type ProcessIdentity } from './process-identity.ts';

/** What is written to `run/<name>.json` for each child, so that a later start can stop what a killed supervisor left. */
export interface ProcessRecord extends ProcessIdentity {
  name: string;
  /** Lower ones are stopped first. */
  stopOrder: number;
  stopSignal: NodeJS.Signals;
  /** How long a clean stop may take before the process is killed. */
  graceMs: number;
}

/** Stops every recorded process that is still the one recorded. Gives back the names of those it found. */
export async function stopLeftovers(runFolder: string): Promise<string[]> {
  const records = recordsIn(runFolder);
  const running = records.filter(isRunning);
  for (const order of [...new Set(running.map((record) => record.stopOrder))].sort((a, b) => a - b)) {
    const together = running.filter((record) => record.stopOrder === order);
    await Promise.all(together.map((record) => endProcess(record, record.graceMs, record.stopSignal)));
  }
  for (const record of records) rmSync(join(runFolder, `${record.name}.json`), { force: true });
  return running.map((record) => record.name);
}

/** As above, and for good: without its folder nothing is started there any more, whoever would keep it running. */
export async function closeRunFolder(runFolder: string): Promise<void> {
  const closed = `${runFolder}-closed`;
  if (existsSync(runFolder)) renameSync(runFolder, closed);
  await stopLeftovers(closed);
}

/** Asks the process to stop, and kills its process group when it has not ended in time. Never touches another process. */
export async function endProcess(
  target: ProcessIdentity,
  graceMs: number,
  stopSignal: NodeJS.Signals = 'SIGTERM',
): Promise<void> {
  const deadline = Date.now() + graceMs;
  if (graceMs > 0) signal(target, stopSignal);
  while (isRunning(target) && Date.now() < deadline) await sleep(25);
  while (isRunning(target)) {
    signal(target, 'SIGKILL');
    await sleep(25);
  }
}

function signal(target: ProcessIdentity, name: NodeJS.Signals): void {
  if (!isRunning(target)) return;
  try {
    process.kill(name === 'SIGKILL' && leadsItsGroup(target) ? -target.pid : target.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function leadsItsGroup(target: ProcessIdentity): boolean {
  try {
    return process.kill(-target.pid, 0);
  } catch {
    return false;
  }
}

function recordsIn(runFolder: string): ProcessRecord[] {
  try {
    return readdirSync(runFolder)
      .filter((file) => file.endsWith('.json'))
      .map((file) => readJson(join(runFolder, file)) as ProcessRecord | undefined)
      .filter((record) => record?.pid !== undefined && record.stopSignal !== undefined) as ProcessRecord[];
  } catch {
    return [];
  }
}

export function recordOf(pid: number, about: Omit<ProcessRecord, keyof ProcessIdentity>): ProcessRecord | undefined {
  const identity = identify(pid);
  return identity && { ...about, ...identity };
}
