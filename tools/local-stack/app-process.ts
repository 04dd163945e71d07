import { ManagedProcess, type Launch } from './managed-process.ts';
import { builtMain, root, stateFolder } from './layout.ts';

/** One app of the stack, from its build. */
export class AppProcess extends ManagedProcess {
  readonly url: string;
  readonly #env: () => NodeJS.ProcessEnv;

  constructor(name: string, url: string, env: () => NodeJS.ProcessEnv) {
    super({ name, dir: stateFolder, stopOrder: 1, graceMs: 12_000 });
    this.url = url;
    this.#env = env;
  }

  protected override launch(): Launch {
    return {
      command: process.execPath,
      args: ['--enable-source-maps', builtMain(this.name)],
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
