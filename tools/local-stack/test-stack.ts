import { onEndRequest } from './end-request.ts';
import { startKafka } from './kafka.ts';
import { startPostgres } from './postgres.ts';
import { startRegistry } from './registry.ts';
import { makeStackFolder, makeTestRunFolder, removeAbandonedTestRuns, removeTestRunFolder } from './test-folder.ts';

let folder: string | undefined;

/** Starts the stack that a whole test run shares, on ports and in a folder of its own, and tells the tests by environment. */
export async function startTestStack(): Promise<void> {
  await removeAbandonedTestRuns();
  folder = makeTestRunFolder();
  onEndRequest(() => void stopTestStack().finally(() => process.exit(130)));
  const dir = makeStackFolder('stack', folder);
  try {
    const [kafka, postgres, registry] = await Promise.all([
      startKafka({ dir, shortLived: true }),
      startPostgres({ dir, settings: { fsync: 'off', max_connections: '300' } }),
      startRegistry({ dir }),
    ]);
    process.env['TEST_RUN_FOLDER'] = folder;
    process.env['TEST_KAFKA_BROKERS'] = kafka.brokers;
    process.env['TEST_DATABASE_URL'] = postgres.url('postgres');
    process.env['TEST_SCHEMA_REGISTRY_URL'] = registry.url;
  } catch (error) {
    await stopTestStack();
    throw error;
  }
}

export async function stopTestStack(): Promise<void> {
  const mine = folder;
  folder = undefined;
  if (mine) await removeTestRunFolder(mine);
}
