import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';

/** Calls off what a clock was asked for; harmless afterwards. */
export type Cancel = () => void;

/**
 * Time as the write side knows it. Everything here that reads the time or waits does so by its clock, so a simulation
 * that gives its own decides what happens when. Durations are milliseconds.
 */
export interface Clock {
  /** The wall clock, in epoch milliseconds; it may jump either way. */
  now(): number;
  /** Milliseconds since some moment; they never jump. */
  monotonic(): number;
  after(duration: number, callback: () => void): Cancel;
  every(duration: number, callback: () => void): Cancel;
  sleep(duration: number): Promise<void>;
  /** One turn of the event loop, which lets in what has arrived at the process meanwhile. */
  turn(): Promise<void>;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(duration, callback) {
    const timer = setTimeout(callback, duration);
    return () => clearTimeout(timer);
  },
  every(duration, callback) {
    const timer = setInterval(callback, duration);
    return () => clearInterval(timer);
  },
  sleep: (duration) => delay(duration),
  turn: () => nextTurn(),
};
