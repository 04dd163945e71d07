import { join } from 'node:path';
import { AppFleet } from './app-fleet.ts';
import { deploy } from './deploy.ts';
import { stackEnvironment } from './environment.ts';
import { findJava } from './java.ts';
import { kafkaJars } from './kafka-jars.ts';
import { Kafka } from './kafka.ts';
import { Keeper } from './keeper.ts';
import { stateFolder } from './layout.ts';
import { stopLeftovers } from './leftovers.ts';
import { boundLog } from './log-file.ts';
import { Postgres } from './postgres.ts';
import { identify } from './process-identity.ts';
import { say } from './progress.ts';
import { registryJar } from './registry-archive.ts';
import { Registry } from './registry.ts';
import { explain } from './stack-error.ts';
import { removeStack, removeSupervisor, writeStack, writeSupervisor, type SupervisorState } from './stack-file.ts';
import { planStack, type StackPlan } from './stack-plan.ts';

/** Starts the whole stack, keeps it running, and stops it. */
export class Supervisor {
  readonly #stopRequested = new AbortController();
  #settings: Record<string, string> = {};
  #kafka: Keeper<Kafka> | undefined;
  #postgres: Keeper<Postgres> | undefined;
  #registry: Keeper<Registry> | undefined;
  #fleet: AppFleet | undefined;

  get stopping(): boolean {
    return this.#stopRequested.signal.aborted;
  }

  /** Comes back when every app answers. The registry may still be starting then: only new schemas need it. */
  async start(): Promise<StackPlan> {
    this.#enter('starting');
    removeStack();
    const found = await stopLeftovers(join(stateFolder, 'run'));
    if (found.length > 0) say(`stopped what an earlier run had left: ${found.join(', ')}`);
    const plan = await planStack();
    this.#settings = plan.settings;
    this.#create(plan);
    await this.#fetch();
    const kafka = this.#startKeeper(this.#kafka);
    const registry = kafka.then(() => this.#startKeeper(this.#registry));
    const apps = this.#startApps(plan, kafka);
    await Promise.race([apps, registry.then(() => apps)]);
    registry.catch((error: unknown) => this.#retryRegistry(error));
    this.#enter('ready');
    writeStack(plan.addresses);
    this.#boundLogs();
    return plan;
  }

  /** Apps first, so that they finish their work while everything they need is there. */
  async stop(): Promise<void> {
    this.#stopRequested.abort();
    this.#enter('stopping');
    removeStack();
    await this.#fleet?.stop();
    await this.#registry?.stop();
    await this.#kafka?.stop();
    await this.#postgres?.stop();
    removeSupervisor();
  }

  #create({ kafkaPort, postgresPort, registryPort, addresses, settings }: StackPlan): void {
    const dir = stateFolder;
    if (kafkaPort) this.#kafka = new Keeper(new Kafka({ dir, port: kafkaPort }));
    if (postgresPort) this.#postgres = new Keeper(new Postgres({ dir, port: postgresPort }));
    if (registryPort) this.#registry = new Keeper(new Registry({ dir, port: registryPort, brokers: addresses.kafka }));
    this.#fleet = new AppFleet(addresses, settings, () => writeStack(addresses));
  }

  /** Everything that may have to be downloaded, at once and before anything runs. */
  async #fetch(): Promise<void> {
    if (this.#kafka || this.#registry) await findJava();
    await Promise.all([this.#kafka && kafkaJars(), this.#registry && registryJar()]);
  }

  async #startApps({ addresses, settings }: StackPlan, kafka: Promise<void>): Promise<void> {
    const deployed = kafka.then(() => this.#deploy(stackEnvironment(addresses, settings)));
    await Promise.all([deployed, this.#startPostgres()]);
    this.#stopRequested.signal.throwIfAborted();
    await this.#timed('the apps are ready', this.#fleet?.start());
  }

  async #startPostgres(): Promise<void> {
    await this.#startKeeper(this.#postgres);
    await this.#postgres?.process.createDatabaseIfMissing('factstream');
  }

  #deploy(env: NodeJS.ProcessEnv): Promise<void> {
    this.#stopRequested.signal.throwIfAborted();
    return this.#timed('topics and schemas are deployed', deploy(env, this.#stopRequested.signal));
  }

  async #startKeeper(keeper: Keeper | undefined): Promise<void> {
    if (!keeper) return;
    this.#stopRequested.signal.throwIfAborted();
    await this.#timed(`${keeper.process.name} is ready`, keeper.start());
  }

  async #timed(what: string, work: Promise<void> | undefined): Promise<void> {
    const started = Date.now();
    await work;
    say(`${what} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  }

  #retryRegistry(error: unknown): void {
    if (this.stopping) return;
    say(explain(error));
    this.#registry?.startAgain();
  }

  #boundLogs(): void {
    const parts = [this.#kafka, this.#postgres, this.#registry].flatMap((keeper) => keeper?.process.logFile ?? []);
    const logs = [...parts, ...(this.#fleet?.logFiles ?? []), join(stateFolder, 'logs', 'deploy.log')];
    setInterval(() => logs.forEach(boundLog), 2_000).unref();
  }

  #enter(phase: SupervisorState['phase']): void {
    const self = identify(process.pid);
    if (self) writeSupervisor({ ...self, phase, settings: this.#settings });
  }
}
