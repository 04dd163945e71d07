/** What the peer uses of express. */
declare module 'express' {
  import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

  type Handler = (request: never, response: never, next: (error?: unknown) => void) => void;

  interface Request extends IncomingMessage {
    readonly params: Readonly<Record<string, string>>;
  }
  interface Response extends ServerResponse {
    json(value: unknown): void;
    status(code: number): Response;
  }
  interface App extends RequestListener {
    get(path: string, handler: (request: Request, response: Response) => unknown): void;
    use(path: string, ...handlers: Handler[]): void;
    listen(port: number, host: string, listening: () => void): void;
  }
  const express: { (): App; json(): Handler };
  export default express;
}
