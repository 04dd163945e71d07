import { setTimeout as sleep } from 'node:timers/promises';
import { AppProcess } from './app-process.ts';
import { claimedUrl } from './by-hand.ts';
import { appEnvironment } from './environment.ts';
import { Keeper } from './keeper.ts';
import { stateFolder } from './layout.ts';
import { say } from './progress.ts';
import type { StackAddresses } from './stack-file.ts';

interface Member {
  keeper: Keeper<AppProcess>;
  byHand: boolean;
}

/** The apps of the stack. One that somebody starts by hand replaces the fleet's own copy while it runs. */
export class AppFleet {
  readonly #members: Member[];
  readonly #addresses: StackAddresses;
  readonly #onMove: () => void;
  #stopped = false;

  /** `onMove` is called after `addresses` has changed. */
  constructor(addresses: StackAddresses, settings: Record<string, string>, onMove: () => void) {
    this.#addresses = addresses;
    this.#onMove = onMove;
    this.#members = Object.entries(addresses.apps).map(([name, url]) => {
      const env = (): NodeJS.ProcessEnv => appEnvironment(name, addresses, settings);
      return {
        keeper: new Keeper(new AppProcess({ name, dir: stateFolder, url, env })),
        byHand: claimedUrl(name) !== undefined,
      };
    });
  }

  get logFiles(): string[] {
    return this.#members.map(({ keeper }) => keeper.process.logFile);
  }

  async start(): Promise<void> {
    await Promise.all(this.#members.filter(({ byHand }) => !byHand).map(({ keeper }) => keeper.start()));
    void this.#followHandStarted();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#members.map(({ keeper }) => keeper.stop()));
  }

  async #followHandStarted(): Promise<void> {
    for (; !this.#stopped; await sleep(150)) {
      await Promise.all(this.#members.map((member) => this.#follow(member)));
    }
  }

  async #follow(member: Member): Promise<void> {
    const { name, url } = member.keeper.process;
    const claimed = claimedUrl(name);
    if ((claimed !== undefined) === member.byHand) return;
    member.byHand = claimed !== undefined;
    this.#addresses.apps[name] = claimed ?? url;
    this.#onMove();
    if (claimed !== undefined) {
      say(`${name} is started by hand at ${claimed}: standing down`);
      await member.keeper.stop();
    } else if (!this.#stopped) {
      say(`${name} started by hand has ended: starting it again`);
      member.keeper.startAgain();
    }
  }
}
