import { describe, expect, it } from '@jest/globals';
import { event, int, nullable, text } from '#mechanisms/schemas/declare';
import { incompatibilities } from './compatibility.ts';
import type { CorpusRecord } from './corpus.ts';
import { declaredEvents } from './declared.ts';
import { committedFiles } from './generated-files.ts';

const written = [...committedFiles('corpus').values()].map((content) => JSON.parse(content) as CorpusRecord);

it('the events of today break with no schema that events were ever written with', () => {
  expect(incompatibilities(declaredEvents, written)).toEqual([]);
});

describe('a change of an event', () => {
  const before = event('a.Noted', 1, { note: text() });

  it.each([
    ['an added nullable field', event('a.Noted', 1, { note: text(), language: nullable(text()) })],
    [
      'a version of its own that replaces it',
      event('a.v2.Noted', 2, { words: text() }, { replaces: before, upcast: ({ note }) => ({ words: note }) }),
    ],
  ])('is taken: %s', (_change, now) => expect(incompatibilities([now], [before])).toEqual([]));

  it.each([
    [
      'an added field that is not nullable',
      { note: text(), language: text() },
      /written before cannot be read.*language/,
    ],
    ['a removed field', {}, /programs of before could not read.*note/],
    ['a renamed field', { text: text() }, /written before cannot be read.*text/],
    ['another type', { note: int() }, /written before cannot be read/],
  ])('is refused with its reason and a way out: %s', (_change, fields, sentence) => {
    const told = incompatibilities([event('a.Noted', 1, fields)], [before]);
    expect(told.join('\n')).toMatch(sentence);
    expect(told.join('\n')).toContain('docs/add-an-event.md');
  });

  it('is refused when the old version is given up', () => {
    expect(incompatibilities([event('a.v2.Noted', 2, { words: text() })], [before])).toEqual([
      'a.Noted is not declared any more, but its events stay in the log: keep it as what its successor replaces.',
    ]);
  });
});
