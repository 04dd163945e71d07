import { execFileSync } from 'node:child_process';
import { chownSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Launch } from './managed-process.ts';
import { StackError } from './stack-error.ts';

type As = (command: string, args: string[]) => Launch;

/**
 * PostgreSQL refuses to run as root, so root runs it as `nobody`. Where that user cannot reach the folders (a clone
 * below /root, say), Linux lets root look like another user to the program while the files still see root.
 */
export function postgresUser(data: string, program: string): As {
  if (process.getuid?.() !== 0) return (command, args) => ({ command, args });
  const nobody = { uid: idOf('-u'), gid: idOf('-g') };
  const folders = [join(data, '..'), join(program, '..')];
  const blocked = folders.find((folder) => !succeeds('ls', ['-d', join(folder, '.')], nobody));
  if (blocked === undefined) {
    own(data, nobody.uid, nobody.gid);
    return (command, args) => ({ command, args, ...nobody });
  }
  const disguise = ['--user', '--map-user=1', '--map-group=1', '--'];
  if (!succeeds('unshare', [...disguise, 'true'])) {
    throw new StackError(
      `PostgreSQL does not run as root, and the user nobody, as whom it would run, cannot reach ${blocked}: start as another user, or move the project to a folder that every user can reach.`,
    );
  }
  own(data, 0, 0);
  return (command, args) => ({ command: 'unshare', args: [...disguise, command, ...args] });
}

function idOf(flag: '-u' | '-g'): number {
  return Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
}

function succeeds(command: string, args: string[], options: { uid?: number; gid?: number } = {}): boolean {
  try {
    execFileSync(command, args, { ...options, stdio: 'ignore', cwd: '/' });
    return true;
  } catch {
    return false;
  }
}

/** Changes the owner of everything below, unless the folder itself has it: the last thing changed is the folder. */
function own(path: string, uid: number, gid: number): void {
  if (lstatSync(path).uid === uid) return;
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) own(child, uid, gid);
    else chownSync(child, uid, gid);
  }
  chownSync(path, uid, gid);
}
