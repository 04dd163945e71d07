import type { IncomingHttpHeaders } from 'node:http';
import type { ConsistencyToken } from '#mechanisms/event-sourcing/index';
import { decodeToken } from './consistency-token.ts';
import type { Fault } from './problem.ts';

const DEFAULT_WAIT_SECONDS = 5;
const LONGEST_WAIT_SECONDS = 30;

/** `Prefer: wait=N` (RFC 7240) in milliseconds, clamped to 30 s; undefined when it is absent or not understood, as the RFC asks. */
export function preferredWaitMs({ prefer }: IncomingHttpHeaders): number | undefined {
  const text = Array.isArray(prefer) ? prefer.join(',') : prefer;
  const seconds = text && /(?:^|[,;\s])wait\s*=\s*"?(\d{1,9})"?\s*(?:$|[,;])/i.exec(text)?.[1];
  return seconds ? Math.min(Number(seconds), LONGEST_WAIT_SECONDS) * 1_000 : undefined;
}

/** How fresh an answer must be, and how long it may take. */
export interface Freshness {
  readonly tokens: readonly ConsistencyToken[];
  readonly waitMs: number;
}

/** `Consistency-Token` (several, comma separated) and `Prefer` of a query. */
export function freshnessOf(headers: IncomingHttpHeaders, faults: Fault[]): Freshness {
  const tokens: ConsistencyToken[] = [];
  for (const text of String(headers['consistency-token'] ?? '').split(',')) {
    if (text.trim() === '') continue;
    const token = decodeToken(text.trim());
    if (token) tokens.push(token);
    else faults.push({ parameter: 'Consistency-Token', detail: 'is not a token of this service' });
  }
  return { tokens, waitMs: preferredWaitMs(headers) ?? DEFAULT_WAIT_SECONDS * 1_000 };
}

/** `If-Match` of a command: the version in quotes, or `*` for any. */
export function expectedVersionOf(headers: IncomingHttpHeaders, faults: Fault[]): number | 'any' | undefined {
  const text = headers['if-match'];
  if (text === undefined) return undefined;
  if (text.trim() === '*') return 'any';
  const version = /^"(\d{1,15})"$/.exec(text.trim())?.[1];
  if (version === undefined) faults.push({ parameter: 'If-Match', detail: 'must be one version in quotes, or *' });
  return Number(version);
}

/** `Idempotency-Key` of a command: 1 to 255 printable ASCII characters. */
export function idempotencyKeyOf(headers: IncomingHttpHeaders, faults: Fault[]): string | undefined {
  const key = headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && /^[\x20-\x7e]{1,255}$/.test(key) && key.trim() !== '') return key;
  faults.push({ parameter: 'Idempotency-Key', detail: 'must be 1 to 255 printable ASCII characters' });
  return undefined;
}
