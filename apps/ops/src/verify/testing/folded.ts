import { foldEvent } from '../fold-entity.ts';
import type { Folded, FoldRules } from '../fold-entity.ts';

interface Example {
  readonly type: string;
}

/** What rules make of a history; the event at index n has the id …n, the version n + 1 and occurred at second n. */
export function folded(rules: FoldRules, context: string, ...events: readonly Example[]): Folded | undefined {
  const entities = new Map<string, Folded>();
  for (const [index, { type, ...fields }] of events.entries()) {
    const eventId = `0192f0c1-0000-7000-8000-${index.toString(16).padStart(12, '0')}`;
    const meta = { eventId, entityVersion: index + 1, occurredAt: 1_000 * index };
    const known = foldEvent(rules, entities, 'id', {
      name: `factstream.${context}.${type}`,
      fields: { meta, ...fields },
    });
    if (!known) throw new Error(`the rules do not know ${type}`);
  }
  return entities.get('id');
}
