import { SeededRandom } from '#mechanisms/testing/seeded-random';
import { Api } from './message.ts';
import type { ApiName, Direction, Message } from './message.ts';

/**
 * What becomes of a message: it passes; it is dropped, and its connection stays; its connection is reset instead; it
 * comes late, after milliseconds or when a promise is settled, and everything behind it in its direction with it.
 */
export type Fate = 'pass' | 'drop' | 'reset' | { readonly delayMs: number } | { readonly until: Promise<unknown> };

/** Decides the fate of each message, in the order in which they arrive at the proxy. */
export type Faults = (message: Message) => Fate;

/** One kind of accident, by API, direction and count. */
export interface FaultRule {
  readonly api: ApiName;
  readonly direction: Direction;
  /** The first of such messages that it hits, counted from 1 (1). */
  readonly nth?: number;
  /** How many it may hit from there (1 when there is an `nth`, else no end). */
  readonly times?: number;
  /** How likely each of these is hit (1). */
  readonly probability?: number;
  /** A function is called for each hit. */
  readonly fate: Fate | (() => Fate);
}

/**
 * Faults by rules. The same rules and seed hit the same messages, by the count of each kind: whether the n-th message of
 * a kind is hit does not depend on what else passes meanwhile. The first rule that hits a message decides.
 */
export function faultPlan(rules: readonly FaultRule[], seed = 0): Faults {
  const random = new SeededRandom(seed);
  const judges = rules.map((rule, index) => judgeOf(rule, random.fork(String(index))));
  return (message) => {
    // Every rule counts every message of its kind, also those that another rule hits.
    const fates = judges.map((judge) => judge(message));
    return fates.find((fate) => fate !== undefined) ?? 'pass';
  };
}

function judgeOf(rule: FaultRule, random: SeededRandom): (message: Message) => Fate | undefined {
  const { api, direction, nth = 1, times = rule.nth === undefined ? Infinity : 1, probability = 1, fate } = rule;
  let count = 0;
  return (message) => {
    if (message.apiKey !== Api[api] || message.direction !== direction) return undefined;
    count += 1;
    const isHit = random.chance(probability) && count >= nth && count < nth + times;
    if (!isHit) return undefined;
    return typeof fate === 'function' ? fate() : fate;
  };
}
