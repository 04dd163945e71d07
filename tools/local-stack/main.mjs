// The door of every npm script. Runs on the machine's own Node, whatever its age, and hands over to Node 24.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { ensureInstalled, markInstalled } from './dependencies.mjs';
import { atLeast, findNode } from './node-version.mjs';

const root = join(import.meta.dirname ?? '', '..', '..');
const [command = '', ...args] = process.argv.slice(2);
const quiet = ['--disable-warning=ExperimentalWarning', '--disable-warning=DeprecationWarning'];

function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

function benches() {
  const ending = '.main.ts';
  const files = readdirSync(join(root, 'tools/bench')).filter((name) => name.endsWith(ending));
  return files.map((name) => name.slice(0, -ending.length));
}

function program() {
  const stack = (name) => [join(root, 'tools/local-stack', `${name}.main.ts`), ...args];
  switch (command) {
    case 'start':
    case 'app':
    case 'ops':
    case 'test':
    case 'check':
      return stack(command);
    case 'faults':
      return [join(root, 'test/faults/faults.main.ts'), ...args];
    case 'demo':
      return [join(root, 'tools/demo/demo.main.ts'), ...args];
    case 'bench': {
      const [name = '', ...rest] = args;
      const file = join(root, 'tools/bench', `${name}.main.ts`);
      if (!existsSync(file)) fail(`Usage: npm run bench -- ${benches().join(' | ')}`);
      // The read side has decorators, which Node's own type stripping cannot do.
      return ['--conditions=source', '--import', join(root, 'swc-hook.mjs'), file, ...rest];
    }
    default:
      return fail(
        'Usage: node tools/local-stack/main.mjs start | app <name> | ops … | demo … | bench <name> … | test … | faults … | check',
      );
  }
}

/** Every way of asking for an end reaches the child, also when only this process or npm above it was asked or killed. */
function passOnEnds(child) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  const parent = process.ppid;
  if (!process.env.npm_lifecycle_event) return;
  setInterval(() => process.ppid === parent || child.kill('SIGTERM'), 500).unref();
}

if (!atLeast(process.versions.node, '20.11')) {
  fail(`Factstream needs Node 20.11 or newer, and this is ${process.versions.node}: install a newer one.`);
}
if (command === 'installed') {
  markInstalled(root);
} else {
  const file = program();
  await ensureInstalled(root).catch((error) => fail(error.message));
  const node = findNode(root);
  if (!node) {
    fail(
      `Factstream runs on Node 24.9 or newer; npm has none for this platform and this is ${process.versions.node}: install Node 24.`,
    );
  }
  // Programs of node_modules name `node` as their interpreter; that has to be this one too.
  const path = [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter);
  const child = spawn(node, [...quiet, ...file], { stdio: 'inherit', env: { ...process.env, PATH: path } });
  passOnEnds(child);
  child.on('error', (error) =>
    fail(`Node 24 could not be started (${error.message}): remove node_modules and start again.`),
  );
  child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code));
}
