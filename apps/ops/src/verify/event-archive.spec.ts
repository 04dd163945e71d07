import { describe, expect, test } from '@jest/globals';
import { EventArchive } from './event-archive.ts';
import type { IsApplied } from './event-archive.ts';
import { keptKey } from './scratch/scratch-map.ts';
import { metaOf } from './writer-schemas.ts';

const rules = {
  blank: { notes: '' },
  firsts: ['note.Opened'],
  birth: 'note.Opened',
  changes: {
    'note.Opened': () => ({ notes: '' }),
    'note.Noted': ({ note }: Readonly<Record<string, unknown>>, { notes }: Readonly<Record<string, unknown>>) => ({
      notes: `${String(notes)}${String(note)}`,
    }),
  },
};

/** Iterated in the order of its keys. */
class SortedMap extends Map<string, Buffer> {
  override *[Symbol.iterator](): MapIterator<[string, Buffer]> {
    yield* [...this.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1));
  }
}

/** Archives records of partition 0 and offsets from 0 on: `a+` opens a, `ax` notes an x in it, `a!` is no event of it. */
function archived(...records: readonly string[]): EventArchive {
  const versions = new Map<string, number>();
  const schemas = { decode: (value: Buffer | null) => JSON.parse(String(value)) };
  const archive = new EventArchive(new SortedMap(), rules, schemas as never);
  for (const [offset, [key, note]] of records.entries()) {
    const version = (versions.get(key!) ?? 0) + 1;
    if (note !== '!') versions.set(key!, version);
    const fields = { meta: { entityVersion: version, occurredAt: offset }, note };
    const value = Buffer.from(JSON.stringify({ name: note === '+' ? 'note.Opened' : 'note.Noted', fields }));
    const record = { topic: 'notes', partition: 0, offset, key: key!, value, headers: [] };
    archive.add(record, note !== '!');
  }
  return archive;
}

const told = (archive: EventArchive, isApplied: IsApplied = () => true) =>
  [...archive.moments(isApplied)].map(({ entity, event, first, after, isNewest }) => [
    `${entity}${metaOf(event).entityVersion}`,
    after?.state['notes'],
    ...(first === event ? ['first'] : []),
    ...(isNewest ? ['newest'] : []),
  ]);

describe('an archive', () => {
  test('tells the events of one entity after the other, and what each makes of it', () => {
    expect(told(archived('b+', 'a+', 'bx', 'ay', 'bz'))).toEqual([
      ['a1', '', 'first'],
      ['a2', 'y', 'newest'],
      ['b1', '', 'first'],
      ['b2', 'x'],
      ['b3', 'xz', 'newest'],
    ]);
    expect(told(archived())).toEqual([]);
  });

  test('keeps the order of more than ten events', () => {
    const notes = 'abcdefghijklm'.split('');
    expect(told(archived('e+', ...notes.map((note) => `e${note}`))).at(-1)).toEqual(['e14', 'abcdefghijklm', 'newest']);
  });

  test('leaves out what is no event, or was not applied', () => {
    const archive = archived('a+', 'a!', 'ax', 'ay');
    expect(told(archive)).toHaveLength(3);
    expect(told(archive, (_, offset) => offset < 3)).toEqual([
      ['a1', '', 'first'],
      ['a2', 'x', 'newest'],
    ]);
    expect(told(archive, (_, offset) => offset !== 2).at(-1)).toEqual(['a3', 'y', 'newest']);
  });

  test('has nothing of an entity that has not begun', () => {
    expect(told(archived('ax', 'b+'))).toEqual([
      ['a1', undefined, 'first', 'newest'],
      ['b1', '', 'first', 'newest'],
    ]);
  });

  test('counts every record, also what is no event', () => {
    const archive = archived('a+', 'b!', 'ax');
    expect([[2], [3], [9, 9], []].map((offsets) => archive.countBefore(offsets))).toEqual([[2], [3], [3, 0], []]);
  });

  test('counts records, not offsets, of which transactions take some', () => {
    const archive = new EventArchive(new SortedMap(), rules, {} as never);
    for (const offset of [5, 8, 12]) {
      archive.add({ topic: 'notes', partition: 0, offset, key: 'a', value: null, headers: [] }, false);
    }
    expect([[5], [8], [12], [13], [20]].map((offsets) => archive.countBefore(offsets))).toEqual([
      [0],
      [1],
      [2],
      [3],
      [3],
    ]);
  });

  test('keeps the places of entities with long ids apart', () => {
    const map = new SortedMap();
    const archive = new EventArchive(map, rules, {} as never);
    const id = '😀'.repeat(500);
    for (const [offset, key] of [`${id}a`, `${id}b`, id.slice(0, 400)].entries()) {
      archive.add({ topic: 'notes', partition: 2, offset, key, value: null, headers: [] }, false);
    }
    expect(map.size).toBe(3);
    expect([...map.keys()].every((key) => keptKey(key) === key)).toBe(true);
    expect(archive.countBefore([0, 0, 1])).toEqual([0, 0, 1]);
  });
});
