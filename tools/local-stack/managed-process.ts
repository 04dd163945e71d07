import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeFolder, writeJson } from './files.ts';
import { endProcess, recordOf, type ProcessRecord } from './leftovers.ts';
import { lastLines, openLog, sizeOf } from './log-file.ts';
import { StackError } from './stack-error.ts';

export interface Launch {
  command: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  uid?: number;
  gid?: number;
}

export interface ProcessSettings {
  name: string;
  /** The stack's folder: the log goes to `logs/<name>.log` in it, the record of the pid to `run/<name>.json`. */
  dir: string;
  stopOrder: number;
  stopSignal?: NodeJS.Signals;
  graceMs?: number;
  readyWithinMs?: number;
}

/**
 * One child process in a process group of its own, so that Ctrl-C reaches only the supervisor, which stops its children
 * in the right order. `start` comes back when the child answers, not when it exists.
 */
export abstract class ManagedProcess {
  readonly name: string;
  readonly logFile: string;
  /** Called when the process ends after it was ready, without having been asked to. */
  onUnexpectedEnd: (how: string) => void = () => {};
  readonly #settings: Required<ProcessSettings>;
  readonly #recordFile: string;
  #child: ChildProcess | undefined;
  #record: ProcessRecord | undefined;
  #ended: Promise<string> = Promise.resolve('');
  #stopRequested = false;

  constructor(settings: ProcessSettings) {
    this.#settings = { stopSignal: 'SIGTERM', graceMs: 12_000, readyWithinMs: 60_000, ...settings };
    this.name = settings.name;
    this.logFile = join(makeFolder(join(settings.dir, 'logs')), `${settings.name}.log`);
    this.#recordFile = join(makeFolder(join(settings.dir, 'run')), `${settings.name}.json`);
  }

  /** What to run; asked before every start, so it may also prepare files. */
  protected abstract launch(): Launch | Promise<Launch>;

  /** Whether the process answers. Throwing means not yet. */
  protected abstract ready(): Promise<boolean>;

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get running(): boolean {
    return this.#child !== undefined;
  }

  async start(): Promise<void> {
    if (this.running) throw new Error(`${this.name} is running already`);
    this.#stopRequested = false;
    const launch = await this.launch();
    if (!existsSync(dirname(this.#recordFile)))
      throw new StackError(`${this.name} is not started: its stack has ended.`);
    if (this.#stopRequested) throw new StackError(`${this.name} was stopped before it had started.`);
    const logStart = sizeOf(this.logFile);
    this.#spawn(launch);
    await this.#untilReady(logStart);
    void this.#watch();
  }

  /** Asks for a clean stop and waits for it; kills after the grace period. */
  async stop(): Promise<void> {
    this.#stopRequested = true;
    if (!this.#record) return;
    await endProcess(this.#record, this.#settings.graceMs, this.#settings.stopSignal);
    await this.#ended;
  }

  /** Ends the process at once, as a crash would, and waits until it has ended. Nothing starts it again by itself. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.#stopRequested = true;
    this.#child?.kill(signal);
    await this.#ended;
  }

  /** Starts it again with the same data and the same port, after a clean stop if it is running. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async #watch(): Promise<void> {
    const how = await this.#ended;
    if (!this.#stopRequested) this.onUnexpectedEnd(how);
  }

  #spawn({ command, args, ...options }: Launch): void {
    const log = openLog(this.logFile);
    const child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', log, log] });
    closeSync(log);
    this.#child = child;
    this.#ended = new Promise((resolve) => {
      const end = (how: string): void => {
        this.#child = undefined;
        this.#record = undefined;
        rmSync(this.#recordFile, { force: true });
        resolve(how);
      };
      child.once('error', (error) => end(error.message));
      child.once('exit', (code, signal) => end(signal ? `killed by ${signal}` : `exit code ${code}`));
    });
    if (child.pid !== undefined) this.#keepRecord(child.pid);
  }

  #keepRecord(pid: number): void {
    const { name, stopOrder, stopSignal, graceMs } = this.#settings;
    this.#record = recordOf(pid, { name, stopOrder, stopSignal, graceMs });
    try {
      if (this.#record) writeJson(this.#recordFile, this.#record);
    } catch (error) {
      // Without its record nobody could stop it after a crash of the supervisor, so it must not run.
      process.kill(-pid, 'SIGKILL');
      throw error;
    }
  }

  async #untilReady(logStart: number): Promise<void> {
    const ended = this.#ended.then((how) => ({ how }));
    for (const deadline = Date.now() + this.#settings.readyWithinMs; ;) {
      if (await this.ready().catch(() => false)) return;
      const end = await Promise.race([ended, sleep(50, undefined)]);
      if (end) throw this.#failure(`ended while starting (${end.how})`, logStart);
      if (Date.now() > deadline) {
        const seconds = Math.round(this.#settings.readyWithinMs / 1000);
        const failure = this.#failure(`does not answer after ${seconds} seconds`, logStart);
        await this.stop();
        throw failure;
      }
    }
  }

  #failure(what: string, logStart: number): StackError {
    const lines = lastLines(this.logFile, logStart);
    if (lines.some((line) => /No space left on device|ENOSPC/.test(line))) {
      return new StackError(`${this.name} ${what} because the disk is full: free some space and start again.`);
    }
    const tail = lines.map((line) => `\n    ${line}`).join('');
    return new StackError(
      `${this.name} ${what}; ${tail ? 'the last lines of' : 'see'} ${this.logFile}${tail && ':'}${tail}`,
    );
  }
}
