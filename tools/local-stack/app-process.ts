import { ManagedProcess, type Launch } from './managed-process.ts';
import { builtMain, root } from './layout.ts';

export interface AppProcessOptions {
  /** A folder of `apps/`. */
  name: string;
  /** Tells several instances of one app apart, in logs and records; the app's name by default. */
  instance?: string;
  /** The stack's folder, for the log and the record of the pid. */
  dir: string;
  /** Where it listens, as `env` says too. */
  url: string;
  /** Asked before every start. */
  env: () => NodeJS.ProcessEnv;
}

/** One app of the stack, from its build. */
export class AppProcess extends ManagedProcess {
  readonly url: string;
  readonly #app: string;
  readonly #env: () => NodeJS.ProcessEnv;

  constructor({ name, instance = name, dir, url, env }: AppProcessOptions) {
    super({ name: instance, dir, stopOrder: 1, graceMs: 12_000, readyWithinMs: 120_000 });
    this.url = url;
    this.#app = name;
    this.#env = env;
  }

  protected override launch(): Launch {
    return {
      command: process.execPath,
      args: ['--enable-source-maps', builtMain(this.#app)],
      cwd: root,
      env: this.#env(),
    };
  }

  protected override async ready(): Promise<boolean> {
    const answer = await fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(2000) });
    await answer.arrayBuffer();
    return answer.ok;
  }
}
