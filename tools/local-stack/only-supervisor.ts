import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tryLock } from './exclusive-lock.ts';
import { stateFolder } from './layout.ts';
import { say } from './progress.ts';
import { StackError } from './stack-error.ts';
import { readSupervisor } from './stack-file.ts';

/** An orphaned supervisor notices within half a second, and then says that it is stopping. */
const patienceMs = 1_500;
const longestStopMs = 60_000;

/** Waits for an earlier supervisor of this folder that is ending; refuses beside one that is not. */
export async function becomeOnlySupervisor(): Promise<void> {
  const since = Date.now();
  for (let said = false; !tryLock(join(stateFolder, 'run'), 'supervisor'); await sleep(100)) {
    const other = readSupervisor();
    const stopping = other?.phase === 'stopping';
    if (Date.now() - since > (stopping ? longestStopMs : patienceMs)) {
      throw new StackError(
        `Factstream is running in this folder already (process ${other?.pid}): stop that one first, with Ctrl-C or \`kill ${other?.pid}\`.`,
      );
    }
    if (stopping && !said) say('waiting until the earlier stack has stopped');
    said ||= stopping;
  }
}
