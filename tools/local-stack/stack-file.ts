import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, writeJson } from './files.ts';
import { stateFolder } from './layout.ts';
import { isRunning, type ProcessIdentity } from './process-identity.ts';

/** The addresses of a running stack, for people and programs: `.factstream/stack.json`. */
export interface StackAddresses {
  /** `host:port`, comma separated. */
  kafka: string;
  /** A PostgreSQL URL with its database. */
  postgres: string;
  /** The URL of the Confluent API, with its path. */
  registry: string;
  /** Each app's URL by its name. */
  apps: Record<string, string>;
}

/** What the supervisor says about itself while it holds the lock. */
export interface SupervisorState extends ProcessIdentity {
  phase: 'starting' | 'ready' | 'stopping';
  /** Settings of this stack for every app, beyond the addresses. */
  settings: Record<string, string>;
}

const stackFile = join(stateFolder, 'stack.json');
const supervisorFile = join(stateFolder, 'run', 'supervisor');

export const writeStack = (stack: StackAddresses): void => writeJson(stackFile, stack);
export const removeStack = (): void => rmSync(stackFile, { force: true });
export const writeSupervisor = (state: SupervisorState): void => writeJson(supervisorFile, state);
export const removeSupervisor = (): void => rmSync(supervisorFile, { force: true });
export const readSupervisor = (): SupervisorState | undefined =>
  readJson(supervisorFile) as SupervisorState | undefined;

/** The stack that runs and is ready; undefined otherwise, also when an old file says there is one. */
export function runningStack(): { addresses: StackAddresses; settings: Record<string, string> } | undefined {
  const supervisor = readSupervisor();
  const addresses = readJson(stackFile) as StackAddresses | undefined;
  if (!supervisor || !addresses || supervisor.phase !== 'ready' || !isRunning(supervisor)) return undefined;
  return { addresses, settings: supervisor.settings };
}
