import type { Cancel, Clock } from '#mechanisms/event-store/index';
import type { Scheduler } from './scheduler.ts';

/** The wall clock's reading at the virtual time 0. */
export const EPOCH = 1_800_000_000_000;

/**
 * A process: its code runs only in steps that are given to it. Killed, it takes none any more; paused, it takes none
 * until it goes on, and then all that are due, in any order, believing that no time has passed.
 */
export class SimulatedProcess implements Clock {
  readonly name: string;
  alive = true;
  /** How far its wall clock is ahead of the true time. */
  skew = 0;
  private pausedAt: number | undefined;
  private held: (() => void)[] = [];
  private readonly scheduler: Scheduler;

  constructor(name: string, scheduler: Scheduler) {
    this.name = name;
    this.scheduler = scheduler;
  }

  /** Gives it a step after a delay. */
  step(delay: number, run: () => void): Cancel {
    let cancelled = false;
    this.scheduler.after(delay, () => this.take(() => cancelled || run()));
    return () => {
      cancelled = true;
    };
  }

  /** For how long it has stood still. */
  get pausedFor(): number {
    return this.pausedAt === undefined ? 0 : this.scheduler.now - this.pausedAt;
  }

  kill(): void {
    this.alive = false;
    this.held = [];
  }

  pause(): void {
    this.pausedAt ??= this.scheduler.now;
  }

  goOn(): void {
    this.pausedAt = undefined;
    for (const run of this.held.splice(0)) this.step(0, run);
  }

  now(): number {
    return EPOCH + this.scheduler.now + this.skew;
  }

  monotonic(): number {
    return this.scheduler.now;
  }

  after(duration: number, callback: () => void): Cancel {
    return this.step(duration, callback);
  }

  every(duration: number, callback: () => void): Cancel {
    let cancel: Cancel;
    const again = () => {
      cancel = this.step(duration, again);
      callback();
    };
    cancel = this.step(duration, again);
    return () => cancel();
  }

  sleep(duration: number): Promise<void> {
    return new Promise((resolve) => this.step(duration, resolve));
  }

  turn(): Promise<void> {
    return this.sleep(0);
  }

  private take(run: () => void): void {
    if (!this.alive) return;
    if (this.pausedAt !== undefined) this.held.push(run);
    else run();
  }
}
