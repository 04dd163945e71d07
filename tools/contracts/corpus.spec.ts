import { describe, expect, it } from '@jest/globals';
import { event, lineageOf, nullable, text } from '#mechanisms/schemas/declare';
import type { Declaration } from '#mechanisms/schemas/declare';
import { Decoder, encoderOf, EventDecoder } from '#mechanisms/schemas/index';
import { catalogueWith, corpusName, missingFromCorpus } from './corpus.ts';
import type { CorpusRecord } from './corpus.ts';
import { declaredEvents } from './declared.ts';
import { committedFiles } from './generated-files.ts';

const corpus = committedFiles('corpus');

/** What today's code makes of it, as plain values. */
function readBy(declarations: readonly Declaration[], { schemaId, schema, bytes }: CorpusRecord): unknown {
  const decoder = new Decoder(declarations, catalogueWith(schemaId, schema));
  return JSON.parse(JSON.stringify(decoder.decode(Buffer.from(bytes, 'base64')).value));
}

describe('contracts/corpus', () => {
  it.each([...corpus])('%s is read with every value that was written', (_name, content) => {
    const record = JSON.parse(content) as CorpusRecord;
    expect(readBy(declaredEvents.flatMap(lineageOf), record)).toMatchObject(record.value as object);
  });

  it.each([...corpus])('%s is an event of today', (_name, content) => {
    const { schemaId, schema, bytes } = JSON.parse(content) as CorpusRecord;
    const { event, meta } = new EventDecoder(declaredEvents, catalogueWith(schemaId, schema)).decode(
      Buffer.from(bytes, 'base64'),
    );
    const declaration = declaredEvents.find(({ type }) => type === event.type)!;
    expect(() => encoderOf(declaration, catalogueWith(1, declaration.schema))({ ...event, meta })).not.toThrow();
  });

  it('holds a record of every declared event: if not, run `npm run contracts` and commit it', () => {
    expect(declaredEvents.map(corpusName).filter((name) => !corpus.has(name))).toEqual([]);
  });
});

describe('a corpus record', () => {
  const before = event('a.Noted', 1, { note: text() });
  const examples = new Map([['Noted', { type: 'Noted', note: 'as it was' }]]);
  const [[name, content] = ['', '']] = missingFromCorpus([before], examples, new Map());
  const record = JSON.parse(content) as CorpusRecord;

  it('stays readable, and is kept beside the new one, when a nullable field is added', () => {
    const now = event('a.Noted', 1, { note: text(), language: nullable(text()) });
    expect(readBy([now], record)).toMatchObject({ note: 'as it was', language: null });
    expect(corpusName(now)).not.toBe(name);
  });

  it('is not readable when a field is renamed', () => {
    const now = event('a.Noted', 1, { text: text() });
    expect(() => readBy([now], record)).toThrow('cannot be read');
  });

  it('is written once', () => {
    expect([...missingFromCorpus([before], examples, new Map([[name, content]]))]).toEqual([]);
  });

  it('needs an example', () => {
    expect(() => missingFromCorpus([before], new Map(), new Map())).toThrow('There is no example of Noted');
  });
});
