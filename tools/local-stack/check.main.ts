import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readJson } from './files.ts';
import { jest } from './jest.ts';
import { root } from './layout.ts';
import { explain } from './stack-error.ts';

const atOnce = 2;
const scratch = mkdtempSync(join(tmpdir(), 'factstream-check-'));
const unitResults = join(scratch, 'unit.json');

/** In the order in which they start; the longest ones first, so that none is waited for alone. */
const checks: [name: string, command: string, ...args: string[]][] = [
  ['types', 'tsc', '--noEmit'],
  [
    'unit tests',
    process.execPath,
    ...jest,
    '--selectProjects',
    'unit',
    '--forceExit',
    '--json',
    `--outputFile=${unitResults}`,
  ],
  ['dependency rules', 'depcruise', '--config', '.dependency-cruiser.mjs', 'apps', 'libs', 'tools', 'test'],
  ['format', 'prettier', '--check', '--log-level', 'warn', '.'],
  ['lint', 'oxlint', '--type-aware', '--disable-nested-config', '--quiet', '.'],
  ['unused code', 'knip', '--exports', '--files', '--no-progress'],
];

const failed: string[] = [];

async function work(queue: typeof checks): Promise<void> {
  for (let check = queue.shift(); check; check = queue.shift()) {
    const [name, command, ...args] = check;
    const started = Date.now();
    const { code, output } = await run(command, args);
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
    if (code !== 0) {
      failed.push(name);
      console.log(output.trimEnd().replaceAll(/^/gm, '       '));
    }
  }
}

function run(command: string, args: string[]): Promise<{ code: number | string; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
    child.on('error', (error) => resolve({ code: 'not started', output: explain(error) }));
    child.on('close', (code, signal) => resolve({ code: code ?? signal ?? 1, output }));
  });
}

const { report } = parseArgs({ options: { report: { type: 'string' } } }).values;
const started = Date.now();
const queue = [...checks];
await Promise.all(Array.from({ length: atOnce }, () => work(queue)));
if (report) writeFileSync(report, JSON.stringify({ failed, unit: readJson(unitResults) }));
rmSync(scratch, { recursive: true, force: true });
const seconds = ((Date.now() - started) / 1000).toFixed(1);
console.log(failed.length === 0 ? `All checks passed in ${seconds} s.` : `Failed: ${failed.join(', ')}.`);
process.exitCode = failed.length === 0 ? 0 : 1;
