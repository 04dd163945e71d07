import type { OpenRequest } from '#mechanisms/event-sourcing/index';

/**
 * Works one open request of an entity against the outside world, and answers with the command that records the outcome,
 * or undefined when there is none yet: it is then tried again after a pause, as it is when this throws.
 * It may run more than once for the same request, also in two processes that follow each other, so the outside must
 * recognise `request.id` as an idempotency key. It must give up when `signal` aborts. `attempt` counts from 1 in this process.
 */
export type Perform<Request, Command> = (
  request: OpenRequest<Request>,
  attempt: { readonly entityId: string; readonly attempt: number; readonly now: number; readonly signal: AbortSignal },
) => Promise<Command | undefined>;
