import { CONTROL_RECORDS } from '#mechanisms/event-store/index';
import { lineageOf } from '#mechanisms/schemas/declare';
import type { Declaration, EventDeclaration } from '#mechanisms/schemas/declare';
import { ENTITIES } from '../../apps/ops/src/entities.ts';

/** Every event as it is declared today. */
export const declaredEvents: readonly EventDeclaration[] = ENTITIES.flatMap(({ events }) => events.declarations);

/** Every record that may stand in a topic: events of all versions, latest records and control records. */
export const declaredRecords: readonly Declaration[] = [
  ...declaredEvents.flatMap(lineageOf),
  ...ENTITIES.map(({ latest }) => latest.declaration),
  ...CONTROL_RECORDS,
];
