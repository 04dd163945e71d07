import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { readJson } from './files.ts';
import { root } from './layout.ts';
import type { ProcessRecord } from './leftovers.ts';
import { isRunning } from './process-identity.ts';
import type { StackAddresses, SupervisorState } from './stack-file.ts';
import { makeStackFolder } from './test-folder.ts';

jest.setTimeout(120_000);

let folder: string;
let command: ChildProcess;
let output = '';

beforeAll(async () => {
  folder = makeStackFolder('supervisor');
  await start();
});
afterAll(async () => {
  command.kill('SIGTERM');
  await until(() => command.exitCode !== null);
});

test('the banner ends with where the stack is, and every app answers there', async () => {
  const { apps } = addresses();
  expect(output.trimEnd().split('\n').at(-1)).toMatch(/^Factstream is ready: http:\/\/localhost:\d+$/);
  for (const url of Object.values(apps)) expect((await fetch(`${url}/health/ready`)).status).toBe(200);
});

test('a second start in the same folder says in one sentence that there is a first', async () => {
  const second = run();
  let said = '';
  second.stderr?.on('data', (data) => (said += data));
  const code = await new Promise((resolve) => second.once('exit', resolve));
  expect(code).toBe(1);
  expect(said.trim()).toMatch(/^Factstream is running in this folder already \(process \d+\): .*$/);
});

test('every part that is killed comes back by itself', async () => {
  const killed = records();
  for (const { pid } of killed) process.kill(pid, 'SIGKILL');
  await until(() => records().length === killed.length && killed.every((old) => !isRunning(old)));
  for (const url of Object.values(addresses().apps)) {
    await until(async () => (await fetch(`${url}/health/ready`)).ok);
  }
});

test('after the supervisor was killed, the next start stops what it left and takes its place', async () => {
  const left = records();
  const supervisor = readJson(join(folder, 'run', 'supervisor')) as SupervisorState;
  process.kill(supervisor.pid, 'SIGKILL');
  await until(() => command.exitCode !== null);
  await start();
  expect(output).toContain('stopped what an earlier run had left');
  expect(left.filter(isRunning)).toEqual([]);
});

test('Ctrl-C leaves nothing running and no address behind', async () => {
  const running = records();
  expect(running.length).toBeGreaterThan(4);
  process.kill(-command.pid!, 'SIGINT');
  await until(() => command.exitCode !== null);
  expect(command.exitCode).toBe(0);
  expect(running.filter(isRunning)).toEqual([]);
  expect(readJson(join(folder, 'stack.json'))).toBeUndefined();
});

/** In a process group of its own, like a command in a terminal. */
function run(): ChildProcess {
  const env = { ...process.env, FACTSTREAM_STATE: folder };
  return spawn(process.execPath, ['tools/local-stack/main.mjs', 'start'], { cwd: root, env, detached: true });
}

async function start(): Promise<void> {
  command = run();
  output = '';
  for (const stream of [command.stdout, command.stderr]) stream?.on('data', (data) => (output += data));
  await until(() => output.includes('Factstream is ready') || command.exitCode !== null);
  if (command.exitCode !== null) throw new Error(output);
}

function addresses(): StackAddresses {
  return readJson(join(folder, 'stack.json')) as StackAddresses;
}

function records(): ProcessRecord[] {
  const files = readdirSync(join(folder, 'run')).filter((file) => file.endsWith('.json'));
  return files.map((file) => readJson(join(folder, 'run', file)) as ProcessRecord).filter((record) => record?.pid);
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await sleep(50)) {
    try {
      if (await condition()) return;
    } catch {
      // Not yet.
    }
  }
  throw new Error(`the condition was not met in time; the stack said:\n${output}`);
}
