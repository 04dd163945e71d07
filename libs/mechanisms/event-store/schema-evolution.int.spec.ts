import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DomainError } from '#mechanisms/event-sourcing/index';
import type { DomainEvent } from '#mechanisms/event-sourcing/index';
import { PartitionReader, Topics } from '#mechanisms/kafka/index';
import { event, int, latest, nullable, text, uuid } from '#mechanisms/schemas/declare';
import type { EventDeclaration, EventOf } from '#mechanisms/schemas/declare';
import { entity, subjectOf } from '#mechanisms/schemas/entity';
import type { Entity } from '#mechanisms/schemas/entity';
import { deploySchemas, EventDecoder, SchemaRegistry, SchemaTopic } from '#mechanisms/schemas/index';
import { testKafka } from '#mechanisms/testing/kafka';
import { waitFor } from '#mechanisms/testing/wait-for';
import { CONTROL_RECORDS } from './codec.ts';
import { EventStore } from './event-store.ts';
import { KafkaPartitionLog } from './log/kafka-partition-log.ts';
import type { EventModel } from './model.ts';

const kafka = testKafka();
const registry = new SchemaRegistry(process.env['TEST_SCHEMA_REGISTRY_URL']!);
const nobody = new SchemaRegistry('http://127.0.0.1:9/none');
const name = `note${randomUUID().slice(0, 8)}`;
const bookId = randomUUID();

/** The program of before: a book, and notes of one text in it. */
const OpenedBefore = event('factstream.testing.BookOpened', 1, { bookId: uuid() });
const NotedBefore = event('factstream.testing.Noted', 1, { bookId: uuid(), text: text() });
const before = entity({
  name,
  idField: 'bookId',
  events: [OpenedBefore, NotedBefore],
  latest: latest('factstream.testing.BookLatest', 1, { bookId: uuid(), notes: int() }),
});

/** The program of today: a book has a colour now, and a note consists of words, which are counted. */
const Opened = event('factstream.testing.BookOpened', 1, { bookId: uuid(), colour: nullable(text()) });
const Noted = event(
  'factstream.testing.v2.Noted',
  2,
  { bookId: uuid(), first: text(), words: int() },
  {
    replaces: NotedBefore,
    upcast: ({ bookId, text }) => ({ bookId, first: text.split(' ')[0]!, words: text.split(' ').length }),
  },
);
const today = entity({
  name,
  idField: 'bookId',
  events: [Opened, Noted],
  latest: latest('factstream.testing.BookLatest', 1, { bookId: uuid(), notes: int(), words: nullable(int()) }),
});

interface Book {
  readonly bookId: string;
  readonly notes: number;
  readonly words: number;
}
type Fact = EventOf<typeof OpenedBefore | typeof NotedBefore | typeof Opened | typeof Noted> & DomainEvent;

const evolve = (book: Book | undefined, fact: Fact): Book =>
  fact.type === 'BookOpened'
    ? { bookId: fact.bookId, notes: 0, words: 0 }
    : { ...book!, notes: book!.notes + 1, words: book!.words + ('words' in fact ? fact.words : 0) };

const modelOf = (of: Entity, foldVersion: number): EventModel<Book | undefined, Fact, Fact> => ({
  entity: of,
  decider: {
    initialState: undefined,
    decide: (fact, book) => (fact.type === 'BookOpened' && book ? new DomainError('OPEN', 'It is open.') : [fact]),
    evolve,
  },
  foldVersion,
  toLatest: (book) => book!,
  fromLatest: (fields) => fields as unknown as Book,
});

const deploy = (of: typeof before | typeof today, to: SchemaRegistry) =>
  deploySchemas(
    [
      ...of.events.declarations.map((declaration) => subjectOf(of.events.topic, declaration)),
      subjectOf(of.latest.topic, of.latest.declaration),
      ...CONTROL_RECORDS.map((declaration) => subjectOf(of.control.topic, declaration)),
    ],
    kafka,
    to,
  );

/** Does something with a program's event store, which has nothing but Kafka to learn schemas from. */
async function running<T>(
  of: typeof before | typeof today,
  foldVersion: number,
  work: (store: EventStore<Book | undefined, Fact, Fact>) => Promise<T>,
): Promise<T> {
  const schemas = new SchemaTopic(kafka);
  await schemas.refresh();
  const model = modelOf(of, foldVersion);
  const store = new EventStore({
    model,
    catalogue: schemas.catalogue,
    logs: [new KafkaPartitionLog(kafka, model.entity, 0)],
    self: { instance: randomUUID(), address: 'http://127.0.0.1' },
    observer: { stateChanged: () => undefined, committed: () => undefined },
  });
  await store.assign([0]);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

const execute = (store: EventStore<Book | undefined, Fact, Fact>, command: Fact) => {
  const commandId = randomUUID();
  const origin = { commandId, causationId: commandId, correlationId: 'c', actor: 'anonymous', traceparent: null };
  return store.execute({ entityId: bookId, command, ...origin });
};

/** All that the topic holds, as a program reads it that declares these events. */
async function read(declarations: readonly EventDeclaration[]) {
  const schemas = new SchemaTopic(kafka);
  await schemas.refresh();
  const decoder = new EventDecoder(declarations, schemas.catalogue);
  const reader = new PartitionReader(kafka);
  const { topic } = today.events;
  const chunks = await Array.fromAsync(reader.read(topic, 0, 0, await reader.endOffset(topic, 0)));
  reader.close();
  return chunks.flat().map(({ value }) => {
    try {
      const { meta, event: fact } = decoder.decode(value!);
      return { version: meta.schemaVersion, ...fact };
    } catch (error) {
      return (error as Error).name;
    }
  });
}

beforeAll(async () => {
  const topic = (suffix: string, policy: string) => ({
    name: suffix === '' ? 'factstream-schemas' : `${name}-${suffix}`,
    partitions: 1,
    replicationFactor: 1,
    config: { 'cleanup.policy': policy },
  });
  await new Topics(kafka).ensure([
    topic('', 'compact'),
    topic('events', 'delete'),
    topic('latest', 'compact'),
    topic('control', 'compact'),
  ]);
});
afterAll(() => kafka.close());

describe('a topic that a program of before has written', () => {
  it('is read, continued and folded anew by the program of today, while nobody needs the registry', async () => {
    await deploy(before, registry);
    await running(before, 1, async (store) => {
      await execute(store, { type: 'BookOpened', bookId });
      await execute(store, { type: 'Noted', bookId, text: 'all of this' });
      expect(await store.waitBeyond(bookId, 1, 5_000)).toMatchObject({ state: { notes: 1 } });
    });

    expect(await deploy(today, registry)).toEqual([
      `${name}-events-factstream.testing.BookOpened`,
      `${name}-events-factstream.testing.v2.Noted`,
      `${name}-latest-factstream.testing.BookLatest`,
    ]);
    await running(today, 2, async (store) => {
      await execute(store, { type: 'Noted', bookId, first: 'and', words: 2 });
      expect(await store.waitBeyond(bookId, 2, 5_000)).toMatchObject({
        version: 3,
        state: { bookId, notes: 2, words: 5 },
      });
    });
    expect(await deploy(today, nobody)).toEqual([]);

    const events = await waitFor(async () => {
      const found = await read([Opened, Noted]);
      return found.length === 3 && found;
    }, 10_000);
    expect(events).toEqual([
      { version: 1, type: 'BookOpened', bookId, colour: null },
      { version: 1, type: 'Noted', bookId, first: 'all', words: 3 },
      { version: 2, type: 'Noted', bookId, first: 'and', words: 2 },
    ]);
    expect(await read([OpenedBefore, NotedBefore])).toEqual([
      { version: 1, type: 'BookOpened', bookId },
      { version: 1, type: 'Noted', bookId, text: 'all of this' },
      'UnknownType',
    ]);
  }, 60_000);

  it('takes no change that its readers could not follow', async () => {
    const incompatible = entity({
      name,
      idField: 'bookId',
      events: [event('factstream.testing.BookOpened', 1, { bookId: uuid(), shelf: text() })],
      latest: today.latest.declaration,
    });
    await expect(deploy(incompatible as never, registry)).rejects.toMatchObject({ name: 'SchemaConflict' });
  });
});
