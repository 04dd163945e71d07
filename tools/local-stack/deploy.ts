import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtMain, root, stateFolder } from './layout.ts';
import { runToEnd } from './run-to-end.ts';

/** Creates the topics and registers the schemas. Repeatable. */
export async function deploy(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<void> {
  const args = ['--enable-source-maps', builtMain('ops'), 'deploy'];
  const output = await runToEnd('creating the topics and schemas', process.execPath, args, { cwd: root, env, signal });
  appendFileSync(join(stateFolder, 'logs', 'deploy.log'), output);
}
