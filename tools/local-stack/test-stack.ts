import { setTimeout as sleep } from 'node:timers/promises';
import { onEndRequest } from './end-request.ts';
import { startKafka } from './kafka.ts';
import { startPostgres } from './postgres.ts';
import { startRegistry } from './registry.ts';
import {
  closeTestRunFolder,
  makeStackFolder,
  makeTestRunFolder,
  removeAbandonedTestRuns,
  removeTestRunFolder,
} from './test-folder.ts';

/** What is still starting when the run ends may be fetching what it needs. */
const GIVES_UP_WITHIN_MS = 30_000;

let folder: string | undefined;
let starting: Promise<unknown> = Promise.resolve();
let stopping: Promise<void> | undefined;

/** Starts the stack that a whole test run shares, on ports and in a folder of its own, and tells the tests by environment. */
export async function startTestStack(): Promise<void> {
  await removeAbandonedTestRuns();
  folder = makeTestRunFolder();
  onEndRequest(() => void stopTestStack().finally(() => process.exit(130)));
  const dir = makeStackFolder('stack', folder);
  const parts = [
    startKafka({ dir, shortLived: true }),
    startPostgres({ dir, settings: { fsync: 'off', max_connections: '300' } }),
    startRegistry({ dir }),
  ] as const;
  starting = Promise.allSettled(parts);
  try {
    const [kafka, postgres, registry] = await Promise.all(parts);
    process.env['TEST_RUN_FOLDER'] = folder;
    process.env['TEST_KAFKA_BROKERS'] = kafka.brokers;
    process.env['TEST_DATABASE_URL'] = postgres.url('postgres');
    process.env['TEST_SCHEMA_REGISTRY_URL'] = registry.url;
  } catch (error) {
    await stopTestStack();
    throw error;
  }
}

/** Stops everything and removes its folder, once: whoever calls it later waits for the same end. */
export function stopTestStack(): Promise<void> {
  return (stopping ??= stop());
}

async function stop(): Promise<void> {
  if (folder === undefined) return;
  await closeTestRunFolder(folder);
  // it writes to the folder until it has noticed
  await Promise.race([starting, sleep(GIVES_UP_WITHIN_MS, undefined, { ref: false })]);
  await removeTestRunFolder(folder);
}
