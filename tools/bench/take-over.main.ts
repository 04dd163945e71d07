// How long it takes until a new owner serves, and what it holds in memory: from the topic alone, and over a local store.
//   npm run bench -- take-over [--million]
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SchemaTopic } from '#mechanisms/schemas/index';
import { root } from '../local-stack/layout.ts';
import { makeTestRunFolder, removeTestRunFolder } from '../local-stack/test-folder.ts';
import { connectKafka } from './bench-kafka.ts';
import { BenchStack } from './bench-stack.ts';
import { writeShippedOrders } from './order-latest-log.ts';

const SIZES = [10_000, 100_000, ...(process.argv.includes('--million') ? [1_000_000] : [])];
const CACHED = 10_000;

/** What the worker prints. */
export interface TakeOver {
  readonly milliseconds: number;
  readonly entities: number;
  /** At most, and once it serves; without what is mapped from files. */
  readonly peakMegabytes: number;
  readonly megabytes: number;
}

async function takeOver(brokers: string, partitions: number, dir: string): Promise<TakeOver> {
  const source = ['--conditions=source', '--import', join(root, 'swc-hook.mjs')];
  const worker = fileURLToPath(import.meta.resolve('./take-over.worker.ts'));
  const args = [brokers, String(partitions), dir, String(CACHED)];
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', ...source, worker, ...args]);
  return JSON.parse(stdout) as TakeOver;
}

const cell = ({ milliseconds, peakMegabytes, megabytes }: TakeOver) =>
  `${milliseconds.toFixed(0).padStart(7)} ms ${peakMegabytes.toFixed(0).padStart(5)} ${megabytes.toFixed(0).padStart(5)} MB`;

await BenchStack.use(async ({ addresses, partitions }) => {
  const kafka = connectKafka(addresses.kafka);
  const schemas = new SchemaTopic(kafka);
  await schemas.refresh();
  const folder = makeTestRunFolder();
  console.log(`with a local store, ${CACHED} entities stay in memory`);
  console.log('memory: at most, and then');
  console.log('  entities |       topic alone       |    store, first time    |     store, restart      | ratio');
  try {
    for (const [index, size] of SIZES.entries()) {
      await writeShippedOrders([kafka, schemas.catalogue, partitions], size - (SIZES[index - 1] ?? 0));
      const measure = (dir: string) => takeOver(addresses.kafka, partitions, dir);
      const dir = join(folder, String(size));
      const [alone, first, restart] = [await measure(''), await measure(dir), await measure(dir)];
      const counts = [alone, first, restart].map(({ entities }) => entities);
      if (counts.some((entities) => entities !== size)) throw new Error(`${counts.join(', ')} entities of ${size}`);
      const ratio = (alone.milliseconds / restart.milliseconds).toFixed(1);
      console.log(`${String(size).padStart(10)} | ${[alone, first, restart].map(cell).join(' | ')} | ${ratio}`);
    }
  } finally {
    kafka.close();
    await removeTestRunFolder(folder);
  }
});
