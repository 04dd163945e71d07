import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Compares the first two parts of version numbers. */
export function atLeast(version, wanted) {
  const [major, minor] = version.split('.').map(Number);
  const [wantedMajor, wantedMinor] = wanted.split('.').map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

/** The pinned Node 24 of node_modules, else the machine's own if it is new enough. */
export function findNode(root) {
  const pinned = join(root, 'node_modules', '.bin', 'node');
  if (existsSync(pinned)) return pinned;
  return atLeast(process.versions.node, '24.9') ? process.execPath : undefined;
}
