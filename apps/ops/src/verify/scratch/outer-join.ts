/** As LMDB and the database order ids. */
export const byBytes = (a: string, b: string): number => (a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b)));

/** In the order of the keys' bytes. */
export type Sorted<V> = Iterable<readonly [key: string, value: V]>;

/** Goes through two maps side by side: every key that either has, and what stands under it in each. */
export function* outerJoin<A, B>(
  these: Sorted<A>,
  those: Sorted<B>,
): Generator<readonly [key: string, A | undefined, B | undefined]> {
  const [left, right] = [Iterator.from(these), Iterator.from(those)];
  try {
    let [a, b] = [left.next(), right.next()];
    while (!a.done || !b.done) {
      const order = a.done ? 1 : b.done ? -1 : byBytes(a.value[0], b.value[0]);
      const [key] = order <= 0 ? a.value! : b.value!;
      yield [key, order <= 0 ? a.value![1] : undefined, order >= 0 ? b.value![1] : undefined];
      if (order <= 0) a = left.next();
      if (order >= 0) b = right.next();
    }
  } finally {
    left.return?.();
    right.return?.();
  }
}
