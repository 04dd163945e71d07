// Plays customers, orders and payments over HTTP against the running stack, then verifies what became of them.
//   npm run demo -- --rate 20 --seconds 30
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from '../local-stack/layout.ts';
import { runningStack } from '../local-stack/stack-file.ts';
import { CarefulClient } from './careful-client.ts';
import { play } from './play.ts';
import { ProgressLine } from './progress-line.ts';
import { Tally } from './tally.ts';

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

function wholeNumber(name: string, text: string, most: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > most) fail(`--${name} is a whole number from 1 to ${most}.`);
  return number;
}

function verify(): Promise<number> {
  const ops = join(root, 'tools/local-stack/ops.main.ts');
  const child = spawn(process.execPath, [...process.execArgv, ops, 'verify'], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 2));
  });
}

const options = { rate: { type: 'string', default: '10' }, seconds: { type: 'string', default: '20' } } as const;
const { values } = parseArgs({ options });
const pace = { rate: wholeNumber('rate', values.rate, 500), seconds: wholeNumber('seconds', values.seconds, 3_600) };

const gateway = runningStack()?.addresses.apps['gateway'];
if (gateway === undefined) fail('No stack runs in this folder: `npm start` starts one.');

const tally = new Tally();
const progress = new ProgressLine(() => tally.line);
await play(new CarefulClient(gateway, tally), tally, pace);
progress.end();
if (tally.errors > 0) process.stdout.write(`${tally.failures}\n`);
process.exit(await verify());
