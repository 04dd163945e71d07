import { expect, test } from '@jest/globals';
import { checkHistory } from './check-history.ts';
import type { Operation, Outcome, Verb } from './operation.ts';
import { STATUS_AFTER } from './order-fact.ts';
import type { OrderFact } from './order-fact.ts';

/** The events of one order, in order: of an operation, by its id, or of itself. */
const life = (...events: (readonly [type: string, operationId?: string])[]): OrderFact[] =>
  events.map(([type, operationId], index) => ({
    orderId: 'o',
    version: index + 1,
    type,
    partition: 1,
    offset: 10 * (index + 1),
    ...(operationId !== undefined && { operationId }),
  }));

const op = (
  id: string,
  verb: Verb,
  [invoked, completed]: readonly [number, number],
  outcome: Outcome,
  more: Partial<Operation> = {},
): Operation => ({
  id,
  verb,
  ...(verb !== 'place' && { orderId: 'o' }),
  body: '{}',
  invoked,
  completed,
  outcome,
  ...more,
});

const accepted = (version: number, type: string, offset = 10 * version): Outcome => ({
  kind: 'accepted',
  orderId: 'o',
  version,
  status: STATUS_AFTER[type]!,
  position: { partition: 1, offset },
});
const refused = (code: string, currentVersion?: number): Outcome => ({
  kind: 'refused',
  httpStatus: 409,
  code,
  ...(currentVersion !== undefined && { currentVersion }),
});
const unknown: Outcome = { kind: 'unknown', why: '504' };
const notExecuted: Outcome = { kind: 'not-executed', why: '503' };

const PLACE = op('place', 'place', [0, 10], accepted(1, 'OrderPlaced'), { key: 'k' });
const PAID = [['OrderPlaced', 'place'], ['OrderValidated'], ['OrderPaid']] as const;

test.each<[string, Operation[], OrderFact[]]>([
  ['nothing', [], []],
  ['a placement and what follows of itself', [PLACE], life(...PAID)],
  [
    'a whole life',
    [
      PLACE,
      op('ship', 'ship', [20, 30], accepted(4, 'OrderShipped')),
      op('deliver', 'deliver', [40, 50], accepted(5, 'OrderDelivered')),
    ],
    life(...PAID, ['OrderShipped', 'ship'], ['OrderDelivered', 'deliver']),
  ],
  [
    'a refusal that a state in between explains',
    [PLACE, op('ship', 'ship', [11, 12], refused('ORDER_NOT_PAID'))],
    life(...PAID),
  ],
  [
    'a refusal after a concurrent winner',
    [
      PLACE,
      op('cancel', 'cancel', [20, 40], accepted(4, 'OrderCancelled')),
      op('ship', 'ship', [25, 35], refused('ORDER_CANCELLED')),
    ],
    life(...PAID, ['OrderCancelled', 'cancel']),
  ],
  [
    'a placement without an answer, and its retry',
    [
      op('lost', 'place', [0, 10], unknown, { key: 'k' }),
      op('again', 'place', [20, 30], accepted(1, 'OrderPlaced', 30), { key: 'k' }),
    ],
    life(['OrderPlaced', 'lost'], ['OrderValidated'], ['OrderPaid']),
  ],
  [
    'one without an answer that takes effect after later ones',
    [PLACE, op('late', 'cancel', [11, 12], unknown), op('ship', 'ship', [20, 30], accepted(4, 'OrderShipped'))],
    life(...PAID, ['OrderShipped', 'ship']),
  ],
  [
    'one that takes effect long after its client gave up',
    [PLACE, op('late', 'cancel', [11, 12], unknown), op('ship', 'ship', [20, 30], refused('ORDER_NOT_PAID'))],
    life(['OrderPlaced', 'place'], ['OrderValidated'], ['OrderCancelled', 'late']),
  ],
  ['what was not executed', [op('place', 'place', [0, 1], notExecuted)], []],
  [
    'a version that did not match, and one that did',
    [
      PLACE,
      op('late', 'ship', [20, 30], refused('VERSION_MISMATCH', 3), { ifMatch: 2 }),
      op('ship', 'ship', [40, 50], accepted(4, 'OrderShipped'), { ifMatch: 3 }),
    ],
    life(...PAID, ['OrderShipped', 'ship']),
  ],
  [
    'a key that comes again with the same body and with another',
    [
      PLACE,
      op('cancel', 'cancel', [20, 30], accepted(4, 'OrderCancelled'), { key: 'c' }),
      op('same', 'cancel', [40, 50], accepted(4, 'OrderCancelled'), { key: 'c', ifMatch: 3 }),
      op('other', 'cancel', [60, 70], refused('IDEMPOTENCY_KEY_REUSED'), { key: 'c', body: '{"other":1}' }),
    ],
    life(...PAID, ['OrderCancelled', 'cancel']),
  ],
  ['an order that does not exist', [op('ship', 'ship', [0, 1], refused('ORDER_NOT_FOUND'), { ifMatch: 3 })], []],
  [
    'a refusal before the order was placed',
    [op('ship', 'ship', [0, 5], refused('ORDER_NOT_FOUND')), PLACE],
    life(...PAID),
  ],
])('%s is right', (_, operations, facts) => {
  expect(checkHistory(operations, facts)).toEqual([]);
});

test.each<[string, Operation[], OrderFact[]]>([
  ['an acknowledged command of which nothing is there', [PLACE], []],
  [
    'an acknowledged command that is there twice',
    [PLACE, op('ship', 'ship', [20, 30], accepted(4, 'OrderShipped'))],
    life(...PAID, ['OrderShipped', 'ship'], ['OrderShipped', 'ship']),
  ],
  [
    'an acknowledged version that is another',
    [PLACE, op('ship', 'ship', [20, 30], accepted(5, 'OrderShipped', 40))],
    life(...PAID, ['OrderShipped', 'ship']),
  ],
  [
    'a token that points elsewhere',
    [PLACE, op('ship', 'ship', [20, 30], accepted(4, 'OrderShipped', 39))],
    life(...PAID, ['OrderShipped', 'ship']),
  ],
  [
    'an answer with another status',
    [PLACE, op('ship', 'ship', [20, 30], accepted(4, 'OrderCancelled'))],
    life(...PAID, ['OrderShipped', 'ship']),
  ],
  ['an event that nobody asked for', [], life(['OrderPlaced', 'nobody'])],
  ['an event that cannot happen of itself', [PLACE], life(['OrderPlaced', 'place'], ['OrderPaid'])],
  ['a shipment of itself', [PLACE], life(...PAID, ['OrderShipped'])],
  [
    'a refused command that left something',
    [PLACE, op('ship', 'ship', [20, 30], refused('ORDER_NOT_PAID'))],
    life(...PAID, ['OrderShipped', 'ship']),
  ],
  [
    'something not executed that left something',
    [op('place', 'place', [0, 10], notExecuted)],
    life(['OrderPlaced', 'place']),
  ],
  [
    'something unknown that was done twice',
    [PLACE, op('lost', 'cancel', [20, 30], unknown)],
    life(...PAID, ['OrderCancelled', 'lost'], ['OrderCancelled', 'lost']),
  ],
  [
    'something unknown that was done although it had to be refused',
    [PLACE, op('cancel', 'cancel', [20, 30], accepted(4, 'OrderCancelled')), op('lost', 'ship', [40, 50], unknown)],
    life(...PAID, ['OrderCancelled', 'cancel'], ['OrderShipped', 'lost']),
  ],
  [
    'something unknown that was done before it was sent',
    [
      PLACE,
      op('ship', 'ship', [20, 30], accepted(4, 'OrderShipped')),
      op('deliver', 'deliver', [40, 50], unknown),
      op('early', 'cancel', [32, 34], refused('ORDER_ALREADY_DELIVERED')),
    ],
    life(...PAID, ['OrderShipped', 'ship'], ['OrderDelivered', 'deliver']),
  ],
  [
    'a key whose retry was done again',
    [
      op('lost', 'cancel', [20, 30], unknown, { key: 'c' }),
      op('again', 'cancel', [40, 50], accepted(5, 'OrderCancelled'), { key: 'c' }),
      PLACE,
    ],
    life(...PAID, ['OrderCancelled', 'lost'], ['OrderCancelled', 'again']),
  ],
  [
    'a key whose retry has another answer',
    [
      PLACE,
      op('ship', 'ship', [20, 30], accepted(4, 'OrderShipped'), { key: 's' }),
      op('again', 'ship', [40, 50], refused('ORDER_ALREADY_SHIPPED'), { key: 's' }),
    ],
    life(...PAID, ['OrderShipped', 'ship']),
  ],
  [
    'a key that served two requests',
    [
      PLACE,
      op('ship', 'ship', [20, 30], accepted(4, 'OrderShipped'), { key: 's' }),
      op('again', 'ship', [40, 50], accepted(4, 'OrderShipped'), { key: 's', body: '{"other":1}' }),
    ],
    life(...PAID, ['OrderShipped', 'ship']),
  ],
  [
    'a refusal that no state explains',
    [PLACE, op('ship', 'ship', [20, 30], refused('ORDER_ALREADY_SHIPPED'))],
    life(...PAID),
  ],
  [
    'a refusal by a state of the past',
    [
      PLACE,
      op('ship', 'ship', [20, 30], accepted(4, 'OrderShipped')),
      op('late', 'ship', [40, 50], refused('ORDER_NOT_PAID')),
    ],
    life(...PAID, ['OrderShipped', 'ship']),
  ],
  [
    'a refusal by a state of the future',
    [
      PLACE,
      op('early', 'cancel', [11, 12], refused('ORDER_ALREADY_SHIPPED')),
      op('ship', 'ship', [20, 30], accepted(4, 'OrderShipped')),
    ],
    life(...PAID, ['OrderShipped', 'ship']),
  ],
  [
    'two refusals in the wrong order',
    [
      PLACE,
      op('one', 'deliver', [20, 30], refused('ORDER_ALREADY_DELIVERED')),
      op('two', 'deliver', [40, 50], refused('ORDER_NOT_SHIPPED')),
      op('ship', 'ship', [12, 60], accepted(4, 'OrderShipped')),
      op('deliver', 'deliver', [12, 60], accepted(5, 'OrderDelivered')),
    ],
    life(...PAID, ['OrderShipped', 'ship'], ['OrderDelivered', 'deliver']),
  ],
  [
    'a topic that has acknowledged commands the other way round',
    [
      PLACE,
      op('deliver', 'deliver', [20, 30], accepted(5, 'OrderDelivered')),
      op('ship', 'ship', [40, 50], accepted(4, 'OrderShipped')),
    ],
    life(...PAID, ['OrderShipped', 'ship'], ['OrderDelivered', 'deliver']),
  ],
  [
    'a version that matched and was refused',
    [PLACE, op('ship', 'ship', [20, 30], refused('VERSION_MISMATCH', 3), { ifMatch: 3 })],
    life(...PAID),
  ],
  [
    'a version that did not match and was accepted',
    [PLACE, op('ship', 'ship', [20, 30], accepted(4, 'OrderShipped'), { ifMatch: 2 })],
    life(...PAID, ['OrderShipped', 'ship']),
  ],
  [
    'a current version that there never was',
    [PLACE, op('ship', 'ship', [20, 30], refused('VERSION_MISMATCH', 7), { ifMatch: 2 })],
    life(...PAID),
  ],
  [
    'an order that is not found although it had been placed',
    [PLACE, op('ship', 'ship', [20, 30], refused('ORDER_NOT_FOUND'))],
    life(...PAID),
  ],
  ['an error', [op('ship', 'ship', [0, 1], refused('INTERNAL_ERROR'))], []],
  ['a gap in the versions', [PLACE], life(...PAID).filter(({ version }) => version !== 2)],
])('%s is a contradiction', (_, operations, facts) => {
  expect(checkHistory(operations, facts)).not.toEqual([]);
});
