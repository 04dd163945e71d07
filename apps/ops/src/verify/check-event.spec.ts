import { describe, expect, test } from '@jest/globals';
import { EventCheck, partitionOf } from './check-event.ts';
import { Report, sentenceFor } from './report.ts';

/** Facts about murmur2 that Kafka's Java client agrees with. */
const KEYS = [
  ['21', -973_932_308],
  ['foobar', -790_332_482],
  ['a-little-bit-long-string', -985_981_536],
  ['a-little-bit-longer-string', -1_486_304_829],
] as const;

interface Damage {
  readonly key?: string;
  readonly partition?: number;
  readonly version?: number;
  readonly eventId?: string;
  readonly header?: string;
  readonly occurredAt?: number;
}

const A = 'order-a';
const home = partitionOf(A, 3);

/** Checks three sound events of one order, each with its damage, and answers what was found. */
function found(...damages: Damage[]): string[] {
  const report = new Report();
  const [topicOf, versions] = [new Map<string, string>(), new Map<string, number>()];
  const check = new EventCheck({ idField: 'orderId', partitions: 3, topicOf, versions, faults: report.differences });
  for (const [index, damage] of [...damages, {}, {}, {}].slice(0, 3).entries()) {
    const { version = index + 1, eventId = `event-${index}`, occurredAt = index, key = A, partition = home } = damage;
    const headers = [[Buffer.from('ce_id'), Buffer.from(damage.header ?? eventId)]] as const;
    const record = { topic: 'order-events', partition, offset: 10 + index, key, value: null, headers };
    const meta = { eventId, entityVersion: version, occurredAt };
    check.isRepeated(record, { name: 'factstream.order.OrderPlaced', fields: { meta, orderId: A } });
  }
  return report.differences.kept.map(sentenceFor);
}

const at = (offset: number, partition = home) => `I3 ${A} at order-events-${partition} offset ${offset}:`;

describe('an event', () => {
  test.each(KEYS)('belongs into the partition of its key %s', (key, hash) => {
    expect(partitionOf(key, 1 << 20)).toBe((hash & 0x7fffffff) % (1 << 20));
  });

  test('is found sound', () => {
    expect(found()).toEqual([]);
  });

  test('is missed when it was dropped', () => {
    expect(found({}, { version: 3 }, { version: 4 })).toEqual([`${at(11)} the entity version should be 2 and is 3.`]);
  });

  test('is found when versions are swapped or doubled', () => {
    expect(found({}, { version: 3 }, { version: 2 })).toEqual([
      `${at(11)} the entity version should be 2 and is 3.`,
      `${at(12)} the entity version should be 4 and is 2.`,
    ]);
    expect(found({}, {}, { version: 2 })).toEqual([`${at(12)} the entity version should be 3 and is 2.`]);
  });

  test('is found in another partition, under another key, and with another header', () => {
    const elsewhere = (home + 1) % 3;
    expect(found({ partition: elsewhere })).toEqual([
      `${at(10, elsewhere)} the partition should be ${home} and is ${elsewhere}.`,
    ]);
    expect(found({ key: 'order-b', partition: partitionOf('order-b', 3) }, { version: 1 }, { version: 2 })).toEqual([
      `I3 order-b at order-events-${partitionOf('order-b', 3)} offset 10: the key should be "order-a" and is "order-b".`,
    ]);
    expect(found({ header: 'another' })).toEqual([`${at(10)} the header ce_id should be "event-0" and is "another".`]);
  });

  test('is found when it is there twice, and hides nothing that follows', () => {
    expect(found({}, { version: 1, eventId: 'event-0' }, { version: 2 })).toEqual([
      `${at(11)} the event id should be "one that no other event has" and is "event-0".`,
    ]);
  });

  test('is found when its id was used before or its time goes back', () => {
    expect(found({}, { eventId: 'event-0' })).toEqual([
      `${at(11)} the event id should be "one that no other event has" and is "event-0".`,
    ]);
    expect(found({ occurredAt: 5 }, { occurredAt: 4 }, { occurredAt: 5 })).toEqual([
      `${at(11)} the time of occurrence should be "5 or later" and is 4.`,
    ]);
  });
});
