import { ensureBuilt } from './build.ts';
import { stackEnvironment } from './environment.ts';
import { builtMain } from './layout.ts';
import { say } from './progress.ts';
import { explain } from './stack-error.ts';
import { runningStack } from './stack-file.ts';

try {
  await ensureBuilt();
} catch (error) {
  say(explain(error));
  process.exit(1);
}
const args = process.argv.slice(2);
const stack = runningStack();
if (!stack && !process.env['KAFKA_BROKERS'] && !args.includes('--help')) {
  say('No stack runs in this folder (`npm start` starts one), and KAFKA_BROKERS is not set.');
}
const env = stack ? stackEnvironment(stack.addresses, stack.settings) : process.env;
process.execve!(process.execPath, [process.execPath, '--enable-source-maps', builtMain('ops'), ...args], env);
