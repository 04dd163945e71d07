import type { Folded } from './fold-entity.ts';
import type { Latest } from './latest-records.ts';
import type { Report } from './report.ts';
import { sameValue } from './same-value.ts';
import type { Entries } from './scratch/scratch-map.ts';

/** I7: the newest record of every entity says what its events say, and there is one for each that has events. */
export function compareLatest(topic: string, folded: Entries<Folded>, records: Entries<Latest>, report: Report): void {
  for (const [entity, { version, state }] of folded) {
    const latest = records.get(entity);
    const place = latest?.place ?? topic;
    const expect = (what: string, expected: unknown, found: unknown): void => {
      if (!sameValue(expected, found))
        report.differences.add({ invariant: 'I7', entity, place, what, expected, found });
    };
    expect('the entity version', version, latest?.version);
    if (latest?.version !== version) continue;
    for (const field of new Set([...Object.keys(state), ...Object.keys(latest.state)])) {
      expect(field, state[field], latest.state[field]);
    }
  }
  for (const [entity, { place, version }] of records) {
    if (version === 0 || folded.has(entity)) continue;
    report.differences.add({
      invariant: 'I7',
      entity,
      place,
      what: 'its number of events',
      expected: version,
      found: 0,
    });
  }
}
