import { join } from 'node:path';
import { AppProcess } from '../local-stack/app-process.ts';
import { apps } from '../local-stack/apps.ts';
import { ensureBuilt } from '../local-stack/build.ts';
import { onEndRequest } from '../local-stack/end-request.ts';
import { appEnvironment, cardProcessorSettings, stackEnvironment } from '../local-stack/environment.ts';
import { makeFolder } from '../local-stack/files.ts';
import { startKafka } from '../local-stack/kafka.ts';
import { builtMain, root } from '../local-stack/layout.ts';
import { anyPort } from '../local-stack/ports.ts';
import { startPostgres } from '../local-stack/postgres.ts';
import type { Postgres } from '../local-stack/postgres.ts';
import { say } from '../local-stack/progress.ts';
import { startRegistry } from '../local-stack/registry.ts';
import { runToEnd } from '../local-stack/run-to-end.ts';
import type { StackAddresses } from '../local-stack/stack-file.ts';
import { makeStackFolder, makeTestRunFolder, removeTestRunFolder } from '../local-stack/test-folder.ts';

/** The user's own environment must not lead a benchmark to another stack. */
const INHERITED = { PATH: process.env['PATH'] };
const PARTITIONS = 3;

/** A stack of a benchmark's own, with every topic and schema, on ports and in a folder that nobody else uses. */
export class BenchStack {
  readonly partitions = PARTITIONS;
  readonly addresses: StackAddresses;
  private readonly dir: string;
  private readonly postgres: Postgres;
  private readonly settings: Record<string, string>;
  private readonly running: AppProcess[] = [];

  private constructor(dir: string, postgres: Postgres, addresses: StackAddresses, settings: Record<string, string>) {
    this.dir = dir;
    this.postgres = postgres;
    this.addresses = addresses;
    this.settings = settings;
  }

  /** Runs a benchmark on a new stack, which is gone afterwards, however the benchmark ends. */
  static async use(work: (stack: BenchStack) => Promise<void>, more: Record<string, string> = {}): Promise<void> {
    await ensureBuilt();
    const folder = makeTestRunFolder();
    const remove = () => removeTestRunFolder(folder);
    onEndRequest(() => void remove().finally(() => process.exit(130)));
    try {
      const stack = await BenchStack.start(folder, more);
      await work(stack);
      await stack.stopApps();
    } finally {
      await remove();
    }
  }

  private static async start(folder: string, more: Record<string, string>): Promise<BenchStack> {
    const dir = makeStackFolder('bench', folder);
    const replicated = { PARTITIONS: String(PARTITIONS), REPLICATION_FACTOR: '1', MIN_INSYNC_REPLICAS: '1' };
    const settings = { ...replicated, ...cardProcessorSettings(dir), LOG_LEVEL: 'warn', ...more };
    say('starting a stack for the benchmark');
    const [kafka, postgres, registry] = await Promise.all([
      startKafka({ dir }),
      startPostgres({ dir }),
      startRegistry({ dir }),
    ]);
    const urls: Record<string, string> = {};
    for (const { name } of apps) urls[name] = `http://127.0.0.1:${await anyPort()}`;
    const addresses = {
      kafka: kafka.brokers,
      postgres: postgres.url('postgres'),
      registry: registry.url,
      apps: urls,
    };
    const env = stackEnvironment(addresses, settings, INHERITED);
    await runToEnd('creating the topics and schemas', process.execPath, [builtMain('ops'), 'deploy'], {
      cwd: root,
      env,
    });
    await registry.stop();
    return new BenchStack(dir, postgres, addresses, settings);
  }

  url(app: string): string {
    return this.addresses.apps[app]!;
  }

  /** The URL of a new database beside that of the apps. */
  async newDatabase(name: string): Promise<string> {
    await this.postgres.createDatabaseIfMissing(name);
    return this.postgres.url(name);
  }

  /** Resolves when they are ready. With `--profile`, each leaves a CPU profile behind when it ends. */
  async startApps(...names: readonly string[]): Promise<void> {
    await Promise.all(
      names.map(async (name) => {
        const env = () => ({
          ...appEnvironment(name, this.addresses, this.settings, INHERITED),
          ...profiling(name),
        });
        const app = new AppProcess({ name, dir: this.dir, url: this.url(name), env });
        this.running.push(app);
        await app.start();
      }),
    );
  }

  async stopApps(): Promise<void> {
    await Promise.all(this.running.splice(0).map((app) => app.stop()));
  }
}

function profiling(app: string): NodeJS.ProcessEnv {
  if (!process.argv.includes('--profile')) return {};
  const dir = makeFolder(join(root, '.factstream', 'profiles'));
  say(`the CPU profile of ${app} goes to ${dir}`);
  return { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${dir} --cpu-prof-name=${app}-${Date.now()}.cpuprofile` };
}
