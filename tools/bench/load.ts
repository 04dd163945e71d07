import { Worker } from 'node:worker_threads';
import type { Summary } from './summarize.ts';

/** A request, sent again and again over kept connections; each sends the next when it has its answer. */
export interface Load {
  /** Connections are shared out among several; there are not more of them than connections. */
  readonly url: string | readonly string[];
  readonly method: 'GET' | 'POST';
  /** Of several each request takes any. */
  readonly body?: string | readonly string[];
  readonly connections: number;
  readonly seconds: number;
}

export interface Outcome extends Summary {
  /** Answers that were not 2xx, and requests without one. */
  readonly refused: number;
  /** Of these, the ones that were not told why: 5xx, or nothing. */
  readonly failed: number;
}

/** Runs the load in a thread of its own. */
export function underLoad(load: Load): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('load.worker.ts', import.meta.url), { workerData: load });
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
