import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, globSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { waitFor } from '#mechanisms/testing/wait-for';
import { root } from './layout.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ended-run-'));
  chmodSync(dir, 0o755);
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const processesIn = (folder: string): string[] =>
  execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8', maxBuffer: 1 << 24 })
    .split('\n')
    .filter((line) => line.includes(folder));

test.each([
  ['has a folder', 'factstream-test-*/owner.json'],
  ['initialises PostgreSQL', 'factstream-test-*/stack-*/postgres.new'],
  ['starts PostgreSQL', 'factstream-test-*/stack-*/run/postgres.json'],
])(
  'a run that is asked to end when it only %s leaves nothing behind',
  async (_, moment) => {
    const program = `import { startTestStack } from '${join(import.meta.dirname, 'test-stack.ts')}'; await startTestStack();`;
    const source = ['--conditions=source', '--import', join(root, 'swc-hook.mjs'), '--input-type=module'];
    const run = spawn(process.execPath, [...source, '--eval', program], {
      env: { ...process.env, TMPDIR: dir },
      stdio: 'ignore',
    });
    const ended = once(run, 'exit');
    await waitFor(() => globSync(moment, { cwd: dir }).length > 0, 60_000);
    run.kill('SIGTERM');
    await ended;
    expect(processesIn(dir)).toEqual([]);
    expect(readdirSync(dir)).toEqual([]);
  },
  120_000,
);
