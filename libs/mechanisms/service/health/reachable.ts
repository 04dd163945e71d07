import type { HealthReport } from './health.ts';

const ASK_AGAIN_AFTER_MS = 1_000;

/** A report that asks a dependency at most once a second, however often readiness is asked for. */
export function reachable(ask: () => Promise<unknown>): () => Promise<HealthReport> {
  let asked: Promise<HealthReport> | undefined;
  return () => {
    if (!asked) {
      asked = ask().then(
        () => ({ ready: true }),
        (error: unknown) => ({ ready: false, error: error instanceof Error ? error.message : String(error) }),
      );
      void asked.finally(() => setTimeout(() => (asked = undefined), ASK_AGAIN_AFTER_MS).unref());
    }
    return asked;
  };
}
