import { CONTROL_RECORDS } from '#mechanisms/event-store/index';
import type { Declaration } from '#mechanisms/schemas/declare';
import { ENTITIES } from '../../apps/ops/src/entities.ts';

/** Every event that is declared today. */
export const declaredEvents: readonly Declaration[] = ENTITIES.flatMap(({ events }) => events.declarations);

/** Every record that may stand in a topic: events, latest records and control records. */
export const declaredRecords: readonly Declaration[] = [
  ...declaredEvents,
  ...ENTITIES.map(({ latest }) => latest.declaration),
  ...CONTROL_RECORDS,
];
