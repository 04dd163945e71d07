declare module 'autocannon' {
  import type { EventEmitter } from 'node:events';

  export interface Options {
    readonly url: string[];
    readonly method: 'GET' | 'POST';
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly requests?: readonly { setupRequest(request: object): object }[];
    readonly connections: number;
    /** Seconds. */
    readonly duration: number;
  }

  export interface Result {
    /** Seconds. */
    readonly duration: number;
    readonly '2xx': number;
    readonly '5xx': number;
    readonly non2xx: number;
    readonly errors: number;
  }

  type Done = (error: Error | null, result: Result) => void;

  export default function autocannon(options: Options, done: Done): EventEmitter;
}
