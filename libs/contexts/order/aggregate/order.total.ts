import type { Money, OrderLine } from '../events/order.events.ts';

/** The sum of the lines in minor units, exact; undefined when it is below 1 or not below 2^53, or there are no lines. */
export function totalOf(lines: readonly OrderLine[]): Money | undefined {
  const [first] = lines;
  if (!first) return undefined;
  const sum = lines.reduce((total, { quantity, unitPrice }) => total + BigInt(quantity) * BigInt(unitPrice.amount), 0n);
  if (sum < 1n || sum > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  return { amount: Number(sum), currency: first.unitPrice.currency };
}
