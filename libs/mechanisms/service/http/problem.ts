import { isNotFound } from '#mechanisms/event-sourcing/index';

/** One fault of an invalid request: in the body by JSON pointer (`#/lines/0/quantity`), elsewhere by parameter name. */
export type Fault =
  { readonly pointer: string; readonly detail: string } | { readonly parameter: string; readonly detail: string };

/** RFC 9457 problem details. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: string;
  readonly errors?: readonly Fault[];
  readonly currentVersion?: number;
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** The request is not what the contract says; all its faults together. */
export class InvalidRequest extends Error {
  override readonly name = 'InvalidRequest';
  readonly code = 'INVALID_REQUEST';
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super('The request is not valid.');
    this.faults = faults;
  }
}

/** An error of the HTTP edge itself that has a code of its own. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly code: string;

  constructor(code: string, detail: string) {
    super(detail);
    this.code = code;
  }
}

const STATUS: Readonly<Record<string, number>> = {
  INVALID_REQUEST: 400,
  INVALID_SIGNATURE: 401,
  NOT_FOUND: 404,
  VERSION_MISMATCH: 412,
  BODY_TOO_LARGE: 413,
  COMMAND_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  IDEMPOTENCY_KEY_REUSED: 422,
  TOO_MANY_IDEMPOTENCY_KEYS: 429,
  OVERLOADED: 429,
  INTERNAL_ERROR: 500,
  UNAVAILABLE: 503,
  ENTITY_PARKED: 503,
  NOT_CAUGHT_UP: 504,
  OUTCOME_UNKNOWN: 504,
};

/** The codes that are no rule of the domain have a status of their own; unknown entities are 404, all other refusals 409. */
function statusOf(code: string): number {
  return STATUS[code] ?? (isNotFound(code) ? 404 : 409);
}

/** Whether an error carries a code of ours, and not one of Node, Fastify or PostgreSQL. */
export const isProblemCode = (code: unknown, errorName: unknown): code is string =>
  typeof code === 'string' && (code in STATUS || errorName === 'DomainError' || errorName === 'HttpError');

/** Seconds after which trying again makes sense, for the codes where it does. */
export function retryAfter(code: string): number | undefined {
  if (code === 'TOO_MANY_IDEMPOTENCY_KEYS') return 3_600;
  const status = statusOf(code);
  return status === 503 || status === 429 ? 1 : undefined;
}

export function problemOf(code: string, detail: string, instance: string, more: Partial<Problem> = {}): Problem {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return {
    type: `urn:factstream:problem:${code}`,
    title: words.charAt(0).toUpperCase() + words.slice(1),
    status: statusOf(code),
    detail,
    instance,
    code,
    ...more,
  };
}
