import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { apps } from './apps.ts';
import { claimApp } from './by-hand.ts';
import { appEnvironment } from './environment.ts';
import { readJson } from './files.ts';
import { sourceMain, stateFolder, stateFolderName } from './layout.ts';
import type { ProcessRecord } from './leftovers.ts';
import { isRunning } from './process-identity.ts';
import { say } from './progress.ts';
import { StackError, explain } from './stack-error.ts';
import { runningStack } from './stack-file.ts';

/** Starts one app from its sources: in place of the supervisor's copy, or beside it on a port of its own. */
async function runByHand(name: string | undefined, options: string[]): Promise<never> {
  const names = apps.map((app) => app.name as string);
  if (!name || !names.includes(name))
    throw new StackError(`There is no app "${name ?? ''}": give one of ${names.join(', ')}.`);
  if (!existsSync(sourceMain(name))) throw new StackError(`${sourceMain(name)} is missing.`);
  const stack = runningStack();
  if (!stack) throw new StackError('No stack runs in this folder: run `npm start` in another terminal first.');
  const { addresses, settings } = stack;
  const port = process.env['PORT'];
  const isBeside = port !== undefined && new URL(addresses.apps[name]!).port !== port;
  if (isBeside) addresses.apps[name] = `http://127.0.0.1:${port}`;
  else {
    claimApp(name, addresses.apps[name]!);
    await untilStoodDown(name);
  }
  const args = [
    ...options.filter((option) => option.startsWith('--watch')),
    '--conditions=source',
    '--enable-source-maps',
    `--import=${import.meta.resolve('./end-with-parent.mjs')}`,
    `--import=${import.meta.resolve('../../swc-hook.mjs')}`,
    sourceMain(name),
  ];
  // Becoming the app, instead of starting it, leaves nothing in between that could die alone.
  return process.execve!(process.execPath, [process.execPath, ...args], appEnvironment(name, addresses, settings));
}

async function untilStoodDown(name: string): Promise<void> {
  const file = join(stateFolder, 'run', `${name}.json`);
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await sleep(50)) {
    const own = readJson(file) as ProcessRecord | undefined;
    if (!own || !isRunning(own)) return;
  }
  throw new StackError(`The stack's own ${name} did not stop: see ${stateFolderName}/logs/${name}.log.`);
}

const [name, ...options] = process.argv.slice(2);
await runByHand(name, options).catch((error: unknown) => {
  say(explain(error));
  process.exit(1);
});
