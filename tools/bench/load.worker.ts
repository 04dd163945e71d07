import { parentPort, workerData } from 'node:worker_threads';
import autocannon from 'autocannon';
import type { Result } from 'autocannon';
import { summarize } from './summarize.ts';
import type { Load, Outcome } from './load.ts';

const { connections, seconds, url, method, body } = workerData as Load;
const headers = { 'content-type': 'application/json' };
const milliseconds: number[] = [];
const done = (error: Error | null, result: Result): void => {
  if (error) throw error;
  const outcome: Outcome = {
    ...summarize(milliseconds, result.duration),
    refused: result.non2xx + result.errors,
    failed: result['5xx'] + result.errors,
  };
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of Node's has no origin
  parentPort!.postMessage(outcome);
};
const any = (bodies: readonly string[]): string => bodies[Math.floor(Math.random() * bodies.length)]!;
const what =
  typeof body === 'string'
    ? { body }
    : body && { requests: [{ setupRequest: (request: object) => ({ ...request, body: any(body) }) }] };
// autocannon's own histogram counts whole milliseconds.
autocannon({ url: [url].flat(), method, headers, connections, duration: seconds, ...what }, done).on(
  'response',
  (_client, _status, _bytes, took: number) => milliseconds.push(took),
);
