import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { catalogueOf } from '#mechanisms/testing/in-memory-catalogue';
import { fingerprintOf, SchemaCatalogue } from './catalogue.ts';
import {
  declare,
  event,
  int,
  list,
  long,
  money,
  nullable,
  personal,
  record,
  text,
  timestamp,
  uuid,
} from './declare.ts';
import type { Declaration } from './declare.ts';
import { Decoder } from './decoder.ts';
import { encoderOf } from './encoder.ts';
import { EventDecoder } from './event-decoder.ts';
import { schemaIdOf } from './wire-format.ts';

const line = record('example.Line', { sku: text(), price: money });
const Placed = declare('example.order.Placed', 1, {
  id: uuid(),
  lines: list(line),
  total: money,
  at: timestamp(),
  count: int(),
  note: nullable(text()),
  email: personal(text()),
});

const placed = {
  id: '0192f0c1-0000-7000-8000-000000000001',
  lines: [{ sku: 'A', price: { amount: 1, currency: 'EUR' } }],
  total: { amount: Number.MAX_SAFE_INTEGER, currency: 'EUR' },
  at: 1_762_000_000_000,
  count: 2,
  note: null,
  email: 'a@example.com',
};

const named = (name: string) => expect.objectContaining({ name });

describe('a declaration', () => {
  it('gives the Avro schema, each named record written out once', () => {
    const schema = JSON.parse(Placed.schema);
    expect(schema).toMatchObject({ type: 'record', name: 'example.order.Placed' });
    expect(Placed.schema.split('"name":"factstream.Money"')).toHaveLength(2);
    expect(schema.fields.find(({ name }: { name: string }) => name === 'email')).toMatchObject({ personal: true });
    expect(schema.fields.find(({ name }: { name: string }) => name === 'note')).toMatchObject({ default: null });
  });

  it('gives the short type of its name', () => expect(Placed.type).toBe('Placed'));
});

describe('the codec', () => {
  const catalogue = catalogueOf(Placed);
  const encode = encoderOf(Placed, catalogue);
  const decoder = new Decoder([Placed], catalogue);

  it('writes the Confluent wire format and reads it back', () => {
    const bytes = encode(placed);
    expect(bytes[0]).toBe(0);
    expect(schemaIdOf(bytes)).toBe(1);
    expect(JSON.parse(JSON.stringify(decoder.decode(bytes).value))).toEqual(placed);
  });

  it('keeps every amount of money exactly', () => {
    const Amount = declare('example.Amount', 1, { amount: long() });
    const amounts = catalogueOf(Amount);
    const encodeAmount = encoderOf(Amount, amounts);
    const amountDecoder = new Decoder([Amount], amounts);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (amount) => {
        expect(amountDecoder.decode(encodeAmount({ amount })).value['amount']).toBe(amount);
      }),
      { examples: [[Number.MAX_SAFE_INTEGER], [Number.MAX_SAFE_INTEGER - 1], [0]] },
    );
  });

  it('encodes records larger than its buffer', () => {
    const note = 'x'.repeat(300_000);
    expect(decoder.decode(encode({ ...placed, note })).value['note']).toBe(note);
  });

  it('refuses what does not fit', () => {
    expect(() => encode({ ...placed, total: undefined })).toThrow(
      expect.objectContaining({ name: 'UnencodableValue' }),
    );
    expect(() => encode({ ...placed, count: 1.5 })).toThrow(expect.objectContaining({ name: 'UnencodableValue' }));
  });

  it('tells unknown ids, undecodable bytes and unknown types apart', () => {
    const bytes = encode(placed);
    expect(() => new Decoder([Placed], new SchemaCatalogue()).decode(bytes)).toThrow(named('UnknownSchemaId'));
    expect(() => new Decoder([], catalogue).decode(bytes)).toThrow(named('UnknownType'));
    expect(() => decoder.decode(bytes.subarray(0, bytes.length - 1))).toThrow(named('UndecodableBytes'));
    expect(() => decoder.decode(Buffer.concat([bytes, Buffer.from([0])]))).toThrow(named('UndecodableBytes'));
    expect(() => decoder.decode(Buffer.from('{"json":true}'))).toThrow(named('UndecodableBytes'));
    expect(() => encoderOf(Placed, new SchemaCatalogue())).toThrow(named('SchemaNotDeployed'));
  });

  it('waits for a type of its own topics, and takes one of other topics for what it is', () => {
    const deployed = new SchemaCatalogue();
    const [Own, Newer, Foreign] = ['Own', 'Newer', 'Foreign'].map((name) => declare(`example.${name}`, 1, {}));
    for (const [index, [topic, declaration]] of [
      ['a-events', Own!],
      ['a-events', Newer!],
      ['b-events', Foreign!],
    ].entries() as Iterable<[number, [string, Declaration]]>) {
      const { schema: text, name } = declaration;
      deployed.add({ id: index + 1, fingerprint: fingerprintOf(text), subjects: [`${topic}-${name}`], text });
    }
    const decoder = new Decoder([Own!], deployed);
    expect(() => decoder.decode(encoderOf(Newer!, deployed)({}))).toThrow(named('UnknownType'));
    expect(() => decoder.decode(encoderOf(Foreign!, deployed)({}))).toThrow(named('UndecodableBytes'));
  });

  it('reads what an older and a newer writer wrote, as far as Avro resolves it', () => {
    const Old = declare('example.Thing', 1, { id: uuid() });
    const New = declare('example.Thing', 1, { id: uuid(), note: nullable(text()) });
    const both = catalogueOf(Old, New);
    const old = encoderOf(Old, both)({ id: placed.id });
    const recent = encoderOf(New, both)({ id: placed.id, note: 'n' });
    const plain = (value: unknown) => JSON.parse(JSON.stringify(value));
    expect(plain(new Decoder([New], both).decode(old).value)).toEqual({ id: placed.id, note: null });
    expect(plain(new Decoder([Old], both).decode(recent).value)).toEqual({ id: placed.id });
  });
});

describe('an event', () => {
  const metaOf = ({ version }: Declaration) => ({
    eventId: placed.id,
    schemaVersion: version,
    entityVersion: 7,
    commandId: placed.id,
    correlationId: 'c',
    causationId: placed.id,
    occurredAt: 5,
    actor: 'anonymous',
    traceparent: null,
  });

  it('is decoded into its type and fields, with its meta apart', () => {
    const Happened = event('example.Happened', 1, { thingId: uuid() });
    const catalogue = catalogueOf(Happened);
    const meta = metaOf(Happened);
    const bytes = encoderOf(Happened, catalogue)({ meta, thingId: placed.id });
    const decoded = new EventDecoder([Happened], catalogue).decode(bytes);
    expect(decoded.event).toStrictEqual({ type: 'Happened', thingId: placed.id });
    expect({ ...decoded.meta }).toStrictEqual(meta);
  });

  describe('of several versions', () => {
    const First = event('example.Moved', 1, { to: text() });
    const Second = event(
      'example.v2.Moved',
      2,
      { place: text() },
      { replaces: First, upcast: ({ to }) => ({ place: to }) },
    );
    const Third = event(
      'example.v3.Moved',
      3,
      { place: text(), letters: int() },
      {
        replaces: Second,
        upcast: ({ place }) => {
          if (place === '') throw new Error('nowhere');
          return { place, letters: place.length };
        },
      },
    );
    const catalogue = catalogueOf(First, Second, Third);
    const decode = (declaration: Declaration, fields: object) =>
      new EventDecoder([Third], catalogue).decode(
        encoderOf(declaration, catalogue)({ meta: metaOf(declaration), ...fields }),
      );

    it('is decoded as it is declared today, with the meta of its writer', () => {
      const today = { type: 'Moved', place: 'here', letters: 4 };
      expect(decode(First, { to: 'here' }).event).toStrictEqual(today);
      expect(decode(Second, { place: 'here' }).event).toStrictEqual(today);
      expect(decode(Third, { place: 'here', letters: 4 }).event).toStrictEqual(today);
      expect(decode(First, { to: 'here' }).meta.schemaVersion).toBe(1);
    });

    it('is undecodable when an upcaster cannot take it', () => {
      expect(() => decode(First, { to: '' })).toThrow(named('UndecodableBytes'));
    });

    it.each([
      ['the same name', () => event('example.Moved', 2, {}, { replaces: First, upcast: () => ({}) })],
      ['another event', () => event('example.v2.Gone', 2, {}, { replaces: First, upcast: () => ({}) })],
      ['a version left out', () => event('example.v3.Moved', 3, {}, { replaces: First, upcast: () => ({}) })],
    ])('cannot be declared with %s', (_fault, declareIt) => expect(declareIt).toThrow('cannot replace'));
  });
});
