import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { contractsFolder } from './generated-files.ts';
import type { Files } from './generated-files.ts';

const run = promisify(execFile);
const main = join(import.meta.dirname, 'graphql-schema.main.ts');

/** The schema of each query app's graph. */
export async function graphqlFiles(): Promise<Files> {
  const names = ['customer-query', 'order-query', 'payment-query'];
  return new Map(await Promise.all(names.map(async (name) => [`${name}.graphql`, await schemaOf(name)] as const)));
}

async function schemaOf(name: string): Promise<string> {
  const args = ['--conditions=source', '--import', './swc-hook.mjs', main, name];
  const { stdout } = await run(process.execPath, args, { cwd: join(contractsFolder, '..') });
  return stdout;
}
