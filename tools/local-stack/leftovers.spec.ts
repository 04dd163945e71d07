import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from '@jest/globals';
import { writeJson } from './files.ts';
import { closeRunFolder, recordOf, stopLeftovers, type ProcessRecord } from './leftovers.ts';
import { isRunning } from './process-identity.ts';

const folder = mkdtempSync(join(tmpdir(), 'factstream-leftovers-'));
afterAll(() => rmSync(folder, { recursive: true }));

const children: number[] = [];
afterEach(() => {
  for (const pid of children.splice(0)) process.kill(-pid, 'SIGKILL');
});

function sleeper(name: string, ...command: string[]): ProcessRecord {
  const child = spawn(command[0]!, command.slice(1), { detached: true, stdio: 'ignore' });
  children.push(child.pid!);
  const record = recordOf(child.pid!, { name, stopOrder: 1, stopSignal: 'SIGTERM', graceMs: 300 })!;
  writeJson(join(folder, `${name}.json`), record);
  return record;
}

test('a process that a killed supervisor left is stopped, and its record removed', async () => {
  const record = sleeper('left', 'sleep', '60');
  expect(await stopLeftovers(folder)).toEqual(['left']);
  expect(isRunning(record)).toBe(false);
  expect(existsSync(join(folder, 'left.json'))).toBe(false);
  children.length = 0;
});

test('one that does not stop when asked is killed', async () => {
  const record = sleeper('deaf', 'sh', '-c', 'trap "" TERM; while :; do sleep 1; done');
  await stopLeftovers(folder);
  expect(isRunning(record)).toBe(false);
  children.length = 0;
});

test('a process that was given the recorded pid later is left alone', async () => {
  const record = sleeper('stranger', 'sleep', '60');
  writeJson(join(folder, 'stranger.json'), { ...record, startedAt: 'an earlier life' });
  expect(await stopLeftovers(folder)).toEqual([]);
  expect(isRunning(record)).toBe(true);
});

test('a folder that is closed is gone, its processes are stopped, and closing it again stops what came later', async () => {
  const run = join(folder, 'run');
  const put = (record: ProcessRecord, into: string) => writeJson(join(into, `${record.name}.json`), record);
  mkdirSync(run);
  const first = sleeper('first', 'sleep', '60');
  put(first, run);
  await closeRunFolder(run);
  expect([existsSync(run), isRunning(first)]).toEqual([false, false]);
  const late = sleeper('late', 'sleep', '60');
  put(late, `${run}-closed`);
  await closeRunFolder(run);
  expect(isRunning(late)).toBe(false);
  children.length = 0;
});
