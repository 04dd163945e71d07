/** How a card behaves at one attempt of a request. */
export interface Behaviour {
  readonly arrives: boolean;
  readonly available: boolean;
  /** Before the answer; what is done is done at once. */
  readonly pauseMs: number;
  readonly answers: boolean;
  readonly callbacks: number;
}

const ORDINARY: Behaviour = { arrives: true, available: true, pauseMs: 0, answers: true, callbacks: 1 };

/** Knows the requests that were tried since the process began, for the cards that behave otherwise at the first attempt. */
export class Attempts {
  private readonly tried = new Set<string>();
  private readonly slowMs: number;

  constructor(slowMs: number) {
    this.slowMs = slowMs;
  }

  next(requestId: string, token: string | undefined): Behaviour {
    const first = !this.tried.has(requestId);
    if (token === 'tok_lost' || token === 'tok_flaky') this.tried.add(requestId);
    switch (token) {
      case 'tok_slow':
        return { ...ORDINARY, pauseMs: this.slowMs };
      case 'tok_flaky':
        return { ...ORDINARY, available: !first };
      case 'tok_twice':
        return { ...ORDINARY, callbacks: 2 };
      case 'tok_timeout':
        return { ...ORDINARY, answers: false, callbacks: 0 };
      case 'tok_lost':
        return { ...ORDINARY, arrives: !first };
      default:
        return ORDINARY;
    }
  }
}
