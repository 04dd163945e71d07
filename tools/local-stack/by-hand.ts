import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, readJson, writeJson } from './files.ts';
import { stateFolder } from './layout.ts';
import { identify, isRunning, type ProcessIdentity } from './process-identity.ts';

interface Claim extends ProcessIdentity {
  url: string;
}

const fileOf = (app: string): string => join(makeFolder(join(stateFolder, 'run')), `by-hand-${app}`);

/** Tells the supervisor that this process runs the app, for as long as this process lives. */
export function claimApp(app: string, url: string): void {
  writeJson(fileOf(app), { ...identify(process.pid), url });
}

/** Where the app runs that was started by hand; undefined when there is none. */
export function claimedUrl(app: string): string | undefined {
  const claim = readJson(fileOf(app)) as Claim | undefined;
  if (!claim) return undefined;
  if (isRunning(claim)) return claim.url;
  rmSync(fileOf(app), { force: true });
  return undefined;
}
