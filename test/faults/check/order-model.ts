import type { Model } from './linearize.ts';
import { keyGroupOf } from './operation.ts';
import type { Operation, Outcome } from './operation.ts';
import { STATUS_AFTER } from './order-fact.ts';
import type { OrderFact } from './order-fact.ts';
import { effectOf, mayHappenOfItself } from './order-rules.ts';

/** What may happen to an order: a client's operation, an event that no client asked for, a look at the whole topic. */
export type Happening =
  { readonly operation: Operation } | { readonly fact: OrderFact } | { readonly look: 'at the end' };

/**
 * One order's life as the topic tells it; the state is the version. An operation fits where the topic has its event
 * next, or where an order of that version would have given this answer without any event.
 */
export function orderModel(
  facts: readonly OrderFact[],
  operations: ReadonlyMap<string, Operation>,
): Model<number, Happening> {
  return {
    initial: 0,
    step(version, happening) {
      const next = facts[version];
      const status = STATUS_AFTER[facts[version - 1]?.type ?? ''] ?? 'unplaced';
      if ('fact' in happening) {
        return happening.fact === next && mayHappenOfItself(next.type, status) ? version + 1 : undefined;
      }
      if ('look' in happening) return version === facts.length ? version : undefined;
      const { operation } = happening;
      const expected = answerOf(operation, version, status, facts, operations);
      if ('event' in expected) {
        const isNext = next?.operationId === operation.id && next.type === expected.event;
        return isNext && tellsOf(operation.outcome, next) ? version + 1 : undefined;
      }
      return isSame(operation.outcome, expected) ? version : undefined;
    },
    isRead: (happening) => 'operation' in happening && happening.operation.outcome.kind === 'refused',
  };
}

type Answer = { event: string } | { repeats: OrderFact } | { code: string; currentVersion?: number };

/** In the order in which the service looks: the key, then the version, then the rules of an order. */
function answerOf(
  operation: Operation,
  version: number,
  status: string,
  facts: readonly OrderFact[],
  operations: ReadonlyMap<string, Operation>,
): Answer {
  const group = keyGroupOf(operation);
  const byKey = (fact: OrderFact) => group !== undefined && groupOf(fact, operations) === group;
  const used = facts.slice(0, version).find(byKey);
  if (used) {
    const isSameRequest = operations.get(used.operationId!)!.body === operation.body;
    return isSameRequest ? { repeats: used } : { code: 'IDEMPOTENCY_KEY_REUSED' };
  }
  const { ifMatch } = operation;
  if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== version && version > 0) {
    return { code: 'VERSION_MISMATCH', currentVersion: version };
  }
  return effectOf(operation.verb, status);
}

const groupOf = ({ operationId }: OrderFact, operations: ReadonlyMap<string, Operation>): string | undefined => {
  const operation = operations.get(operationId ?? '');
  return operation && keyGroupOf(operation);
};

/** Whether the answer, if there was any, names this event: its order, version, status and place. */
function tellsOf(outcome: Outcome, fact: OrderFact): boolean {
  if (outcome.kind === 'unknown') return true;
  return (
    outcome.kind === 'accepted' &&
    isAnswerTo(outcome, fact) &&
    outcome.position.partition === fact.partition &&
    outcome.position.offset === fact.offset
  );
}

const isAnswerTo = (outcome: Outcome & { kind: 'accepted' }, { orderId, version, type }: OrderFact): boolean =>
  outcome.orderId === orderId && outcome.version === version && outcome.status === STATUS_AFTER[type];

function isSame(outcome: Outcome, expected: Exclude<Answer, { event: string }>): boolean {
  if ('repeats' in expected) {
    // A repeated answer points at least as far as the event.
    return (
      outcome.kind === 'accepted' &&
      isAnswerTo(outcome, expected.repeats) &&
      outcome.position.partition === expected.repeats.partition &&
      outcome.position.offset >= expected.repeats.offset
    );
  }
  if (outcome.kind !== 'refused') return false;
  const { code, currentVersion } = expected;
  return outcome.code === code && (currentVersion === undefined || outcome.currentVersion === currentVersion);
}
