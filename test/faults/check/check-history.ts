import { linearize } from './linearize.ts';
import type { Interval } from './linearize.ts';
import { keyGroupOf } from './operation.ts';
import type { Operation } from './operation.ts';
import type { OrderFact } from './order-fact.ts';
import { orderModel } from './order-model.ts';
import type { Happening } from './order-model.ts';

/**
 * Holds what the clients were told against what the topic has; answers a sentence for each contradiction. An accepted
 * command's event is there, once, as the answer says (I1); a refused or not executed one left nothing, an unknown one
 * all or nothing (I2); commands of one key have one effect; and for each order there is one sequence of commands that
 * explains every answer and keeps to real time.
 */
export function checkHistory(operations: readonly Operation[], facts: readonly OrderFact[]): string[] {
  const byId = new Map(operations.map((operation) => [operation.id, operation]));
  const lives = Map.groupBy(facts, ({ orderId }) => orderId);
  const orderOf = ordersOf(operations, facts);
  const perOrder = Map.groupBy(operations, (operation) => orderOf(operation));
  return [
    ...effectsOfEach(operations, facts),
    ...effectsOfKeys(byId, facts),
    ...[...lives].flatMap(([orderId, life]) => gapsIn(orderId, life)),
    ...[...perOrder].flatMap(([orderId, own]) => explain(orderId, own, lives.get(orderId ?? '') ?? [], byId)),
  ];
}

function effectsOfEach(operations: readonly Operation[], facts: readonly OrderFact[]): string[] {
  const effects = Map.groupBy(facts, ({ operationId }) => operationId);
  const known = new Set<string | undefined>(operations.map(({ id }) => id));
  const strange = facts.filter(({ operationId }) => operationId !== undefined && !known.has(operationId));
  return [
    ...strange.map((fact) => `${nameOf(fact)} is of an operation that nobody sent: ${fact.operationId}`),
    ...operations.flatMap((operation) => {
      const found = effects.get(operation.id) ?? [];
      const { kind } = operation.outcome;
      const isAllowed = kind === 'accepted' || kind === 'unknown' ? found.length <= 1 : found.length === 0;
      return isAllowed ? [] : [`${sentenceOf(operation)} left ${found.map(nameOf).join(' and ')}`];
    }),
  ];
}

function effectsOfKeys(operations: ReadonlyMap<string, Operation>, facts: readonly OrderFact[]): string[] {
  const ofKeys = Map.groupBy(facts, ({ operationId }) => {
    const operation = operations.get(operationId ?? '');
    return operation && keyGroupOf(operation);
  });
  return [...ofKeys].flatMap(([group, found]) =>
    group !== undefined && found.length > 1 ? [`The key of "${group}" led to ${found.map(nameOf).join(' and ')}`] : [],
  );
}

/** I3, as the model needs it: versions from 1 on, in the topic's order. */
function gapsIn(orderId: string, life: readonly OrderFact[]): string[] {
  const versions = life.map(({ version }) => version);
  const isDense = versions.every((version, index) => version === index + 1);
  return isDense ? [] : [`Order ${orderId} has the versions ${versions.join(', ')}`];
}

function explain(
  orderId: string | undefined,
  operations: readonly Operation[],
  life: readonly OrderFact[],
  all: ReadonlyMap<string, Operation>,
): string[] {
  const effective = new Set(life.map(({ operationId }) => operationId));
  // What was not executed, or is not known and left nothing, says nothing.
  const telling = operations.filter(({ id, outcome: { kind } }) =>
    kind === 'unknown' ? effective.has(id) : kind !== 'not-executed',
  );
  const history: Interval<Happening>[] = [
    ...telling.map((operation) => {
      const { invoked, completed, outcome } = operation;
      return { op: { operation }, invoked, completed: outcome.kind === 'unknown' ? Infinity : completed };
    }),
    ...life
      .filter(({ operationId }) => operationId === undefined)
      .map((fact) => ({ op: { fact }, invoked: -Infinity, completed: Infinity })),
    { op: { look: 'at the end' }, invoked: Number.MAX_VALUE, completed: Number.MAX_VALUE },
  ];
  const result = linearize(history, orderModel(life, all));
  if (result.ok) return [];
  const stuck = result.stuck.flatMap((happening) =>
    'operation' in happening ? [sentenceOf(happening.operation)] : [],
  );
  return [
    `Order ${orderId ?? 'that nobody knows'}: no sequence explains the answers. The topic has ` +
      `${life.map(nameOf).join(', ') || 'nothing'}; at version ${result.state} none of these fits:\n    ` +
      stuck.join('\n    '),
  ];
}

/** A placement without an answer belongs to the order that its event or another one of its key created. */
function ordersOf(operations: readonly Operation[], facts: readonly OrderFact[]) {
  const placed = new Map(facts.map(({ operationId, orderId }) => [operationId, orderId]));
  const known = (operation: Operation): string | undefined =>
    operation.orderId ??
    placed.get(operation.id) ??
    (operation.outcome.kind === 'accepted' ? operation.outcome.orderId : undefined);
  const ofKey = new Map<string, string>();
  for (const operation of operations) {
    const [group, orderId] = [keyGroupOf(operation), known(operation)];
    if (group !== undefined && orderId !== undefined) ofKey.set(group, orderId);
  }
  return (operation: Operation): string | undefined => known(operation) ?? ofKey.get(keyGroupOf(operation) ?? '');
}

const nameOf = ({ type, version, partition, offset }: OrderFact): string =>
  `${type} (version ${version}, offset ${partition}/${offset})`;

function sentenceOf({ id, verb, orderId, key, ifMatch, invoked, completed, outcome }: Operation): string {
  const more = { ...(key !== undefined && { key }), ...(ifMatch !== undefined && { ifMatch }) };
  const times = `${invoked.toFixed(1)} to ${completed.toFixed(1)} ms`;
  return `${id}: ${verb} ${orderId ?? ''} ${JSON.stringify(more)}, ${times}: ${JSON.stringify(outcome)}`;
}
