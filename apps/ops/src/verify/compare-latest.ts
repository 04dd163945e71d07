import type { Folded } from './fold-entity.ts';
import type { Latest } from './latest-records.ts';
import type { Report } from './report.ts';
import { sameValue } from './same-value.ts';
import { outerJoin } from './scratch/outer-join.ts';
import type { Sorted } from './scratch/outer-join.ts';

/** I7: the newest record of every entity says what its events say, and there is one for each that has events. */
export function compareLatest(topic: string, folded: Sorted<Folded>, records: Sorted<Latest>, report: Report): void {
  for (const [entity, expected, latest] of outerJoin(folded, records)) {
    const expect = (what: string, wanted: unknown, found: unknown): void => {
      if (sameValue(wanted, found)) return;
      const place = latest?.place ?? topic;
      report.differences.add({ invariant: 'I7', entity, place, what, expected: wanted, found });
    };
    if (!expected) {
      expect('its number of events', latest?.version, 0);
      continue;
    }
    expect('the entity version', expected.version, latest?.version);
    if (latest?.version !== expected.version) continue;
    for (const field of new Set([...Object.keys(expected.state), ...Object.keys(latest.state)])) {
      expect(field, expected.state[field], latest.state[field]);
    }
  }
}
