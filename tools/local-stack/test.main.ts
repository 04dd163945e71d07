import { ensureBuilt } from './build.ts';
import { jest } from './jest.ts';
import { say } from './progress.ts';
import { explain } from './stack-error.ts';

try {
  await ensureBuilt();
} catch (error) {
  say(explain(error));
  process.exit(1);
}
process.execve!(process.execPath, [process.execPath, ...jest, ...process.argv.slice(2)], process.env);
