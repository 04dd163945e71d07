import { execFile, type ExecFileOptions } from 'node:child_process';
import { StackError } from './stack-error.ts';

/** Runs a short program; its last lines become part of the error when it fails. */
export function runToEnd(
  what: string,
  command: string,
  args: string[],
  options: ExecFileOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { ...options, encoding: 'utf8', maxBuffer: 1 << 24 }, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      const output = `${stdout}\n${stderr}`.trim();
      if (/No space left on device/.test(output)) {
        return reject(new StackError(`The disk is full, so ${what} failed: free some space and start again.`));
      }
      const tail = output
        .split('\n')
        .slice(-8)
        .map((line) => `\n    ${line}`);
      reject(new StackError(`${what} failed (${error.code ?? error.signal ?? error.message}):${tail.join('')}`));
    });
  });
}
