import { describe, expect, test } from '@jest/globals';
import { sentenceFor } from '../report.ts';
import { EventCauses } from './event-causes.ts';

interface Told {
  readonly topic?: string;
  readonly entity?: string;
  readonly id: string;
  readonly command: string;
  /** The command itself unless told otherwise. */
  readonly cause?: string;
  readonly version?: number;
  readonly at?: number;
}

function found(...events: readonly Told[]): string[] {
  const causes = new EventCauses(() => new Map());
  for (const [offset, told] of events.entries()) {
    const { topic = 'order-events', entity = 'o1', id, command, cause = command, version = 1, at = 0 } = told;
    const record = { topic, partition: 0, offset, key: entity, value: null, headers: [] };
    const meta = { eventId: id, commandId: command, causationId: cause, entityVersion: version, occurredAt: at };
    causes.take(record, { name: 'factstream.order.Any', fields: { meta } });
  }
  return [...causes.differences()].map(sentenceFor);
}

const placed = { id: 'placed', command: 'place' };
const reserved = { topic: 'customer-events', entity: 'c1', id: 'reserved', command: 'reserve', cause: 'placed' };

describe('what events follow from', () => {
  test('is a command of a client or an event, whichever topic is read first', () => {
    expect(found(placed, reserved)).toEqual([]);
    expect(found(reserved, placed)).toEqual([]);
  });

  test('is missed when it is not in the log', () => {
    expect(found(reserved)).toEqual([
      'I1 c1 at customer-events-0 offset 0: its cause should be "in the log" and is "placed".',
    ]);
  });

  test('is reacted to once an entity, in events side by side', () => {
    const more = { ...reserved, id: 'more', version: 2 };
    expect(found(placed, reserved, more)).toEqual([]);
    expect(found(placed, reserved, { ...more, entity: 'c2', version: 1 })).toEqual([]);
    expect(found(placed, reserved, { ...more, command: 'reserve again' })).toEqual([
      expect.stringContaining('the reaction to placed should be "once"'),
    ]);
    expect(found(placed, reserved, { ...more, version: 3 })).toHaveLength(1);
  });

  test('may be answered in several steps when it is a request of the entity’s own', () => {
    const asked = { topic: 'payment-events', entity: 'p1', id: 'asked', command: 'initiate' };
    const answer = { ...asked, cause: 'asked' };
    const unknown = { ...answer, id: 'unknown', command: 'first', version: 2 };
    expect(found(asked, unknown, { ...answer, id: 'done', command: 'second', version: 3 })).toEqual([]);
  });

  test('takes effect once, until its key is forgotten', () => {
    const again = { id: 'again', command: 'place', version: 5 };
    expect(found(placed, { ...again, at: 24 * 3_600_000 - 1 })).toEqual([
      expect.stringContaining('the effect of command place should be "once"'),
    ]);
    expect(found(placed, { ...again, at: 24 * 3_600_000 })).toEqual([]);
  });
});
