import { messageOf } from '../errors.ts';

const TRANSIENT_CLASSES = ['08', '53', '57', '58'];
const TRANSIENT_STATES = new Set([
  '25006', // read only: a fail-over is under way
  '25P03', // idle in transaction for too long
  '40001',
  '40P01',
  '55P03', // lock time-out
]);
/** Wrong authorization, database, schema, statement; internal error. */
const STRUCTURAL_CLASSES = ['28', '3D', '3F', '42', 'XX'];
const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);
/** What `pg` and its pool throw without a code. */
const CONNECTION_TROUBLE =
  /connection terminated|connection timeout|timeout exceeded when trying to connect|connection error and is not queryable|query read timeout|client was closed|pool after calling end|connection ended/i;
const MISSING_STATES = new Set(['3D000', '3F000', '42P01']);

const codeOf = (error: unknown): string | undefined => {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
};

/**
 * Whether the error is about the connection or the server, so that the same statement may succeed later.
 * Classes and states: postgresql.org/docs/current/errcodes-appendix.html.
 */
export function isTransient(error: unknown): boolean {
  const code = codeOf(error);
  if (code === undefined) return CONNECTION_TROUBLE.test(messageOf(error));
  return (
    SOCKET_CODES.has(code) ||
    (code.length === 5 && (TRANSIENT_STATES.has(code) || TRANSIENT_CLASSES.includes(code.slice(0, 2))))
  );
}

/** Whether the database, a schema or a table is not there (any more). */
export const isMissing = (error: unknown): boolean => MISSING_STATES.has(codeOf(error) ?? '');

/** Whether a row with this key is there already. */
export const isTaken = (error: unknown): boolean => codeOf(error) === '23505';

/** Whether no event is to blame: the error is about the connection, the server or the statement, not about the values. */
export const isBlameless = (error: unknown): boolean => isTransient(error) || isStructural(error);

/** A missing column, a missing right, a corrupted index. */
function isStructural(error: unknown): boolean {
  const code = codeOf(error);
  return code?.length === 5 && STRUCTURAL_CLASSES.includes(code.slice(0, 2));
}
