import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lockInstallation } from './installation-lock.mjs';

/** Holds what node_modules was installed from. Written by the package's own postinstall, the last step of any install. */
const markFile = (root) => join(root, 'node_modules', '.installed-from.json');

export function markInstalled(root) {
  writeFileSync(markFile(root), JSON.stringify(fingerprints(root)));
}

/** Installs the dependencies when they are missing, incomplete or of another package-lock.json. */
export async function ensureInstalled(root) {
  if (isCurrent(root)) return;
  const unlock = await lockInstallation(root);
  try {
    if (isCurrent(root)) return;
    if (!(onlyPatchesChanged(root) && (await patch(root)))) await install(root);
    markInstalled(root);
  } finally {
    unlock();
  }
}

function isCurrent(root) {
  const [now, then] = [fingerprints(root), installedFrom(root)];
  return then?.lock === now.lock && then.patches === now.patches;
}

function onlyPatchesChanged(root) {
  return installedFrom(root)?.lock === fingerprints(root).lock;
}

function installedFrom(root) {
  try {
    return JSON.parse(readFileSync(markFile(root), 'utf8'));
  } catch {
    return undefined;
  }
}

function fingerprints(root) {
  const folder = join(root, 'patches');
  const patches = existsSync(folder)
    ? readdirSync(folder)
        .sort()
        .map((name) => join(folder, name))
    : [];
  const platform = `${process.platform} ${process.arch}`;
  return { lock: hash(platform, [join(root, 'package-lock.json')]), patches: hash('', patches) };
}

function hash(start, files) {
  return files
    .reduce((hash, file) => hash.update(readFileSync(file)), createHash('sha256').update(start))
    .digest('hex');
}

/** Fails when an older form of a patch is applied already; then everything is installed again. */
async function patch(root) {
  const { code } = await run(process.execPath, [join(root, 'node_modules', 'patch-package', 'index.js')], root);
  return code === 0;
}

async function install(root) {
  console.error('installing the dependencies (npm ci)');
  const started = Date.now();
  const elapsed = () => `${Math.round((Date.now() - started) / 1000)} s`;
  const timer = setInterval(() => console.error(`installing the dependencies: ${elapsed()}`), 10_000);
  // Whatever the user's npm settings leave out: the checks, the build and Node 24 itself are among these.
  const args = ['ci', '--loglevel=error', '--include=dev', '--include=optional'];
  const npm = process.env.npm_execpath;
  const [command, ...first] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
  const { code, output } = await run(command, [...first, ...args], root).finally(() => clearInterval(timer));
  if (code !== 0) throw new Error(failure(code, output));
  console.error(`installed the dependencies in ${elapsed()}`);
}

function failure(code, output) {
  if (/ENOSPC|no space left/i.test(output)) {
    return 'The dependencies could not be installed because the disk is full: free some space and start again.';
  }
  const lines = output
    .trim()
    .split('\n')
    .slice(-8)
    .map((line) => `\n    ${line}`);
  return `The dependencies could not be installed (npm ci: ${code}): check the network and start again. npm said:${lines.join('')}`;
}

function run(command, args, cwd) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (data) => (output = (output + data).slice(-20_000));
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => resolve({ code: error.code, output: error.message }));
    child.on('close', (code) => resolve({ code, output }));
  });
}
