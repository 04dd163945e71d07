const LATENCIES_KEPT = 5_000;

/** What has happened so far, for one line. */
export class Tally {
  requests = 0;
  retries = 0;
  /** Refused by a rule, as the demo provokes now and then. */
  refusals = 0;
  errors = 0;
  private readonly orders = new Map<string, number>();
  private readonly latencies: number[] = [];
  private readonly kinds = new Map<string, number>();

  answered(milliseconds: number): void {
    this.latencies[this.requests % LATENCIES_KEPT] = milliseconds;
    this.requests += 1;
  }

  failed(kind: string): void {
    this.errors += 1;
    this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1);
  }

  /** An order is now in another status; undefined before its first. */
  moved(from: string | undefined, to: string): void {
    if (from !== undefined) this.orders.set(from, (this.orders.get(from) ?? 0) - 1);
    this.orders.set(to, (this.orders.get(to) ?? 0) + 1);
  }

  /** How often each thing went wrong. */
  get failures(): string {
    return [...this.kinds].map(([kind, count]) => `${count} × ${kind}`).join(', ');
  }

  get line(): string {
    const orders = [...this.orders].filter(([, count]) => count > 0).map(([status, count]) => `${count} ${status}`);
    const sorted = this.latencies.toSorted((a, b) => a - b);
    const at = (share: number): string => `${Math.round(sorted[Math.floor(sorted.length * share)] ?? 0)} ms`;
    return [
      `orders: ${orders.join(', ') || 'none'}`,
      `requests: ${this.requests} (${this.retries} again, ${this.refusals} refused, ${this.errors} errors)`,
      `p50 ${at(0.5)}, p99 ${at(0.99)}`,
    ].join(' · ');
  }
}
