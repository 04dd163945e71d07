/** Something the person at the keyboard can act on. The message says what is wrong and what to do. */
export class StackError extends Error {
  override name = 'StackError';
}

/** Turns any failure into what is printed: the sentence of a StackError, a full disk named as such, else the stack trace. */
export function explain(error: unknown): string {
  if (error instanceof StackError) return error.message;
  if (isDiskFull(error)) return 'The disk is full: free some space and start again.';
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && ((error as NodeJS.ErrnoException).code === 'ENOSPC' || /ENOSPC/.test(error.message));
}
