import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { root, withSeededTree } from './seeded-tree.ts';
import type { Sources } from './seeded-tree.ts';

/** The files in which the linter finds the environment read. */
function readersIn(sources: Sources): string[] {
  return withSeededTree(sources, (folder) => {
    const program = join(root, 'node_modules/.bin/oxlint');
    const args = ['--disable-nested-config', '--format', 'json', '.'];
    const { stdout } = spawnSync(process.execPath, [program, ...args], { cwd: folder, encoding: 'utf8' });
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { code: string; filename: string }[] };
    const found = diagnostics.filter(({ code }) => /no-restricted-(properties|imports)/.test(code));
    return [...new Set(found.map(({ filename }) => filename.replaceAll('\\', '/')))].sort();
  });
}

const reading = 'export const port = process.env.PORT;';

describe('process.env', () => {
  it('is caught however it is read', () => {
    const seeds = {
      'apps/order-command/src/app.config.ts': reading,
      'libs/contexts/order/commands/by-name.ts': "export const port = process['env']['PORT'];",
      'libs/mechanisms/kafka/config.ts': 'const { env } = process;\nexport const port = env.PORT;',
      'libs/mechanisms/kafka/global.ts': 'export const port = globalThis.process.env.PORT;',
      'libs/mechanisms/kafka/imported.ts': "import { env } from 'node:process';\nexport const port = env.PORT;",
      'libs/mechanisms/kafka/old-import.ts': "import process from 'process';\nexport const port = process.pid;",
    };
    expect(readersIn(seeds)).toEqual(Object.keys(seeds).sort());
  });

  it('is read in the config file, and by tools and tests', () => {
    const readers = {
      'libs/mechanisms/service/config.ts': reading,
      'libs/mechanisms/testing/kafka.ts': reading,
      'libs/mechanisms/kafka/topics.int.spec.ts': reading,
      'tools/local-stack/cache.ts': reading,
      'test/system.ts': reading,
    };
    expect(readersIn(readers)).toEqual([]);
  });
});
