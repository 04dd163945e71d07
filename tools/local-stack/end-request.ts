const everyMs = 400;

/**
 * Calls back once when this process should end: Ctrl-C, a signal to it alone, a closed terminal, or the death of the
 * process that started it. Later requests change nothing, so that an end that is under way is never cut short.
 */
export function onEndRequest(callback: () => void): void {
  let requested = false;
  const request = (): void => {
    if (!requested) callback();
    requested = true;
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, request);
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && request(), everyMs).unref();
  // Output may go to a pipe or terminal that is gone by now; that must not interrupt anything.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
}
