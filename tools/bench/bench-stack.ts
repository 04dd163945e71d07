import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { Client } from 'pg';
import { AppProcess } from '../local-stack/app-process.ts';
import { apps } from '../local-stack/apps.ts';
import { ensureBuilt } from '../local-stack/build.ts';
import { onEndRequest } from '../local-stack/end-request.ts';
import { appEnvironment, localSettings, stackEnvironment } from '../local-stack/environment.ts';
import { makeFolder } from '../local-stack/files.ts';
import { startKafka } from '../local-stack/kafka.ts';
import type { Kafka } from '../local-stack/kafka.ts';
import { builtMain, root } from '../local-stack/layout.ts';
import { anyPort } from '../local-stack/ports.ts';
import { startPostgres } from '../local-stack/postgres.ts';
import type { Postgres } from '../local-stack/postgres.ts';
import { say } from '../local-stack/progress.ts';
import { startRegistry } from '../local-stack/registry.ts';
import { runToEnd } from '../local-stack/run-to-end.ts';
import type { StackAddresses } from '../local-stack/stack-file.ts';
import { makeStackFolder, makeTestRunFolder, removeTestRunFolder } from '../local-stack/test-folder.ts';
import { cpuSecondsOf } from './process-cpu.ts';

/** The user's own environment must not lead a benchmark to another stack. */
const INHERITED = { PATH: process.env['PATH'] };
const NEW_SPACE_MEGABYTES = 8;
const REPLICATED = { PARTITIONS: '3', REPLICATION_FACTOR: '1', MIN_INSYNC_REPLICAS: '1' };

/** A stack of a benchmark's own, with every topic and schema, on ports and in a folder that nobody else uses. */
export class BenchStack {
  readonly partitions: number;
  readonly addresses: StackAddresses;
  private readonly dir: string;
  private readonly kafka: Kafka;
  private readonly postgres: Postgres;
  private readonly settings: Record<string, string>;
  private readonly running: AppProcess[] = [];

  private constructor(
    dir: string,
    { kafka, postgres }: { kafka: Kafka; postgres: Postgres },
    addresses: StackAddresses,
    settings: Record<string, string>,
  ) {
    this.dir = dir;
    this.kafka = kafka;
    this.postgres = postgres;
    this.addresses = addresses;
    this.settings = settings;
    this.partitions = Number(settings['PARTITIONS']);
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
    const settings = { ...REPLICATED, ...localSettings(dir), LOG_LEVEL: 'warn', ...more };
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
    return new BenchStack(dir, { kafka, postgres }, addresses, settings);
  }

  url(app: string): string {
    return this.addresses.apps[app]!;
  }

  /** Seconds of CPU so far, of everything that runs for the benchmark and of the benchmark itself. */
  cpuSeconds(): Map<string, number> {
    const processes = [...this.running, this.kafka, this.postgres].map(({ name, pid }) => [name, pid] as const);
    const own = process.cpuUsage();
    return new Map([
      ...processes.map(([name, pid]) => [name, cpuSecondsOf(pid)] as const),
      ['the benchmark', (own.user + own.system) / 1e6] as const,
    ]);
  }

  /** Transactions that the database has committed so far. */
  async databaseCommits(): Promise<number> {
    const client = new Client({ connectionString: this.addresses.postgres });
    await client.connect();
    try {
      const { rows } = await client.query<{ commits: string }>(
        'SELECT sum(xact_commit) AS commits FROM pg_stat_database',
      );
      return Number(rows[0]!.commits);
    } finally {
      await client.end();
    }
  }

  /** The URL of a new database beside that of the apps. */
  async newDatabase(name: string): Promise<string> {
    await this.postgres.createDatabaseIfMissing(name);
    return this.postgres.url(name);
  }

  /** Resolves when they are ready. With `--profile`, each leaves a CPU profile behind when it ends. */
  async startApps(...names: readonly string[]): Promise<void> {
    await Promise.all(names.map((name) => this.startApp(name, name, this.url(name))));
  }

  /** Starts one more instance of an app and answers its URL when it is ready. */
  async startInstance(name: string, number: number): Promise<string> {
    const url = `http://127.0.0.1:${await anyPort()}`;
    await this.startApp(name, `${name}-${number}`, url);
    return url;
  }

  /**
   * Starts a command of the command line with an old space of so many megabytes; no card processor is asked. New objects
   * get a space that fits beside it: with the one of 64 MB that V8 takes by itself every collection would be a full one.
   */
  startCommand(megabytes: number, ...args: readonly string[]): ChildProcess {
    const env = { ...stackEnvironment(this.addresses, this.settings, INHERITED) };
    for (const name of ['CARD_PROCESSOR_URL', 'CARD_PROCESSOR_URLS']) delete env[name];
    const heap = [`--max-old-space-size=${megabytes}`, `--max-semi-space-size=${NEW_SPACE_MEGABYTES}`];
    return spawn(process.execPath, [...heap, builtMain('ops'), ...args], {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  }

  async stopApps(): Promise<void> {
    await Promise.all(this.running.splice(0).map((app) => app.stop()));
  }

  private async startApp(name: string, instance: string, url: string): Promise<void> {
    const addresses = { ...this.addresses, apps: { ...this.addresses.apps, [instance]: url } };
    const env = () => ({
      ...appEnvironment(instance, addresses, this.settings, INHERITED),
      ...profiling(instance),
    });
    const app = new AppProcess({ name, instance, dir: this.dir, url, env });
    this.running.push(app);
    await app.start();
  }
}

function profiling(app: string): NodeJS.ProcessEnv {
  if (!process.argv.includes('--profile')) return {};
  const dir = makeFolder(join(root, '.factstream', 'profiles'));
  say(`the CPU profile of ${app} goes to ${dir}`);
  return { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${dir} --cpu-prof-name=${app}-${Date.now()}.cpuprofile` };
}
