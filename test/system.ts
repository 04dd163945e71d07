import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { AppProcess } from '../tools/local-stack/app-process.ts';
import { apps } from '../tools/local-stack/apps.ts';
import { appEnvironment, localSettings, stackEnvironment } from '../tools/local-stack/environment.ts';
import type { Kafka } from '../tools/local-stack/kafka.ts';
import { startKafkaCluster } from '../tools/local-stack/kafka-cluster.ts';
import { Keeper } from '../tools/local-stack/keeper.ts';
import { builtMain, root } from '../tools/local-stack/layout.ts';
import { anyPort } from '../tools/local-stack/ports.ts';
import type { StackAddresses } from '../tools/local-stack/stack-file.ts';
import { startPostgres } from '../tools/local-stack/postgres.ts';
import type { Postgres } from '../tools/local-stack/postgres.ts';
import { makeStackFolder } from '../tools/local-stack/test-folder.ts';

const run = promisify(execFile);

/** The user's own environment must not lead a test to another stack. */
const INHERITED = { PATH: process.env['PATH'] };
const REPLICATION = {
  1: { REPLICATION_FACTOR: '1', MIN_INSYNC_REPLICAS: '1' },
  3: { REPLICATION_FACTOR: '3', MIN_INSYNC_REPLICAS: '2' },
};

/** What differs from one process per app that speaks to Kafka directly. */
export interface Layout {
  /** How many run of an app, one if missing; the second is called `<app>-2`. */
  readonly instances?: Readonly<Record<string, number>>;
  /** Which brokers an instance is told, as `KAFKA_BROKERS`. */
  readonly brokersFor?: (instance: string, brokers: string) => Promise<string>;
  /** How many brokers there are; one if missing. */
  readonly brokers?: 1 | 3;
  /** Where everything keeps its data; a new folder of `makeStackFolder` if missing. */
  readonly dir?: string;
}

/** The suite as a user runs it, for one test file: every app a process of its own, on a broker and a database of its own. */
export class System {
  readonly brokers: readonly Kafka[];
  readonly postgres: Postgres;
  readonly addresses: StackAddresses;
  private readonly dir: string;
  private readonly keepers: Map<string, Keeper<AppProcess>>;
  private readonly settings: Record<string, string>;

  private constructor(
    dir: string,
    brokers: readonly Kafka[],
    postgres: Postgres,
    addresses: StackAddresses,
    keepers: Map<string, Keeper<AppProcess>>,
    settings: Record<string, string>,
  ) {
    this.dir = dir;
    this.brokers = brokers;
    this.postgres = postgres;
    this.addresses = addresses;
    this.keepers = keepers;
    this.settings = settings;
  }

  /** Starts every app, or only those that are named. */
  static async start(
    more: Record<string, string> = {},
    only?: readonly string[],
    { instances = {}, brokersFor, brokers = 1, dir = makeStackFolder('e2e') }: Layout = {},
  ): Promise<System> {
    const settings = { PARTITIONS: '3', ...REPLICATION[brokers], ...localSettings(dir), ...more };
    const [kafka, postgres] = await Promise.all([startKafkaCluster(dir, brokers), startPostgres({ dir })]);
    const urls: Record<string, string> = {};
    const several: Record<string, string> = {};
    const members: { name: string; instance: string }[] = [];
    for (const { name } of apps) {
      const more = Array.from({ length: (instances[name] ?? 1) - 1 }, (_, index) => `${name}-${index + 2}`);
      const all = [name, ...more];
      for (const instance of all) urls[instance] = `http://127.0.0.1:${await anyPort()}`;
      if (only?.includes(name) ?? true) members.push(...all.map((instance) => ({ name, instance })));
      if (all.length > 1) several[urlsVariable(name)] = all.map((instance) => urls[instance]).join(',');
    }
    const registry = process.env['TEST_SCHEMA_REGISTRY_URL']!;
    const addresses = { kafka: kafka.brokers, postgres: postgres.url('postgres'), registry, apps: urls };
    const keepers = new Map<string, Keeper<AppProcess>>();
    for (const { name, instance } of members) {
      const own = brokersFor && { KAFKA_BROKERS: await brokersFor(instance, kafka.brokers) };
      const env = () => ({ ...appEnvironment(instance, addresses, settings, INHERITED), ...several, ...own });
      keepers.set(instance, new Keeper(new AppProcess({ name, instance, dir, url: urls[instance]!, env })));
    }
    const system = new System(dir, kafka.nodes, postgres, addresses, keepers, settings);
    await system.factstream('deploy');
    await Promise.all([...keepers.values()].map((keeper) => keeper.start()));
    return system;
  }

  /** The first broker: the only one, unless the layout says otherwise. */
  get kafka(): Kafka {
    return this.brokers[0]!;
  }

  get gateway(): string {
    return this.addresses.apps['gateway']!;
  }

  /** A running app, or one instance of it; killing it makes the supervisor start it again. */
  app(instance: string): AppProcess {
    return this.keepers.get(instance)!.process;
  }

  get instances(): string[] {
    return [...this.keepers.keys()];
  }

  /**
   * Starts one more instance of an app, on a port of its own; it is called by the name that is answered. `others` says
   * where it finds the other apps, as in their `…_URLS`.
   */
  async addInstance(name: string, others: Record<string, string> = {}): Promise<string> {
    const url = `http://127.0.0.1:${await anyPort()}`;
    const instance = `${name}-${[...this.keepers.keys()].filter((other) => other.startsWith(name)).length + 1}`;
    const addresses = { ...this.addresses, apps: { ...this.addresses.apps, ...others, [name]: url } };
    const env = () => appEnvironment(name, addresses, this.settings, INHERITED);
    const keeper = new Keeper(new AppProcess({ name, instance, dir: this.dir, url, env }));
    this.keepers.set(instance, keeper);
    await keeper.start();
    return instance;
  }

  /** Ends an app by SIGTERM; it is not started again. */
  async stopApp(name: string): Promise<void> {
    await this.keepers.get(name)!.stop();
  }

  /** Ends every app by SIGTERM, and starts them again after a while, and after what is to happen meanwhile. */
  async pauseApps(milliseconds: number, meanwhile?: () => Promise<void>): Promise<void> {
    const keepers = [...this.keepers.values()];
    await Promise.all(keepers.map((keeper) => keeper.stop()));
    await meanwhile?.();
    await delay(milliseconds);
    await Promise.all(keepers.map((keeper) => keeper.start()));
  }

  async stop(): Promise<void> {
    await Promise.all([...this.keepers.values()].map((keeper) => keeper.stop()));
    await Promise.all([...this.brokers, this.postgres].map((part) => part.stop()));
  }

  /** Runs a command of the command line against this system; rejects, with its output, when it fails. */
  async factstream(...args: string[]): Promise<string> {
    const env = stackEnvironment(this.addresses, this.settings, INHERITED);
    const { stdout } = await run(process.execPath, [builtMain('ops'), ...args], { cwd: root, env });
    return stdout;
  }
}

const urlsVariable = (app: string): string => `${app.toUpperCase().replaceAll('-', '_')}_URLS`;
