/** One operation as its client saw it. Times are of one clock; Infinity: without an answer, it may happen any time later. */
export interface Interval<Op> {
  readonly op: Op;
  readonly invoked: number;
  readonly completed: number;
}

/** What one object does, one operation at a time. */
export interface Model<State extends string | number, Op> {
  readonly initial: State;
  /** The state after the operation with the answer that it had; undefined when it cannot have had that answer then. */
  step(state: State, op: Op): State | undefined;
  /** Whether it changes no state whatsoever; that saves much of the search. */
  isRead(op: Op): boolean;
}

export type Linearization<State, Op> =
  | { readonly ok: true; readonly order: readonly Op[] }
  | {
      readonly ok: false;
      /** The farthest that it went: what had happened by then, and what could have come next but does not fit. */
      readonly order: readonly Op[];
      readonly state: State;
      readonly stuck: readonly Op[];
    };

/**
 * Whether there is an order of the operations in which each has its answer, and none comes before one that was answered
 * before it was invoked. Operations without an answer (`completed` is Infinity) may be left out. This is the search of
 * Wing and Gong with Lowe's memory of what was tried, as in Knossos and Porcupine; the history is one object's.
 */
export function linearize<State extends string | number, Op>(
  history: readonly Interval<Op>[],
  model: Model<State, Op>,
): Linearization<State, Op> {
  const sorted = history.toSorted((a, b) => a.completed - b.completed || a.invoked - b.invoked);
  const isDone = sorted.map(() => false);
  const order: Op[] = [];
  const tried = new Set<string>();
  let farthest = { order: [] as Op[], state: model.initial, stuck: [] as Op[], count: -1 };

  const search = (state: State): boolean => {
    const first = sorted.findIndex((_, index) => !isDone[index]);
    const nextAnswer = sorted[first]?.completed ?? Infinity;
    if (nextAnswer === Infinity) return true;
    const key = `${state}:${isDone.map(Number).join('')}`;
    if (tried.has(key)) return false;
    tried.add(key);
    const candidates = sorted.flatMap(({ invoked }, index) => (!isDone[index] && invoked <= nextAnswer ? [index] : []));
    const steps = candidates.map((index) => [index, model.step(state, sorted[index]!.op)] as const);
    const possible = steps.filter((step): step is [number, State] => step[1] !== undefined);
    if (order.length > farthest.count) {
      const stuck = candidates.map((index) => sorted[index]!.op);
      farthest = { order: [...order], state, stuck, count: order.length };
    }
    // A read that is possible may as well come at once: whatever is possible now is so after it.
    const read = possible.find(([index]) => model.isRead(sorted[index]!.op));
    for (const [index, after] of read ? [read] : possible) {
      isDone[index] = true;
      order.push(sorted[index]!.op);
      if (search(after)) return true;
      isDone[index] = false;
      order.pop();
    }
    return false;
  };

  if (search(model.initial)) return { ok: true, order };
  return { ok: false, order: farthest.order, state: farthest.state, stuck: farthest.stuck };
}
