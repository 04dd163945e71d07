import { randomUUID } from 'node:crypto';
import { EntityCodec } from '#mechanisms/event-store/codec';
import { CONTROL_RECORDS, EventStore } from '#mechanisms/event-store/index';
import type { SourceLog } from '#mechanisms/event-store/index';
import type { PartitionLog } from '#mechanisms/event-store/log/partition-log';
import { partitionFor } from '#mechanisms/kafka/index';
import type { LogRecord, OutgoingRecord } from '#mechanisms/kafka/index';
import type { SchemaTopic } from '#mechanisms/schemas/index';
import { catalogueOf } from '#mechanisms/testing/in-memory-catalogue';
import { tallyModel } from '#mechanisms/testing/tally';
import type { TallyCommand, TallyEvent, TallyState } from '#mechanisms/testing/tally';
import { waitFor } from '#mechanisms/testing/wait-for';
import type { ParkedRequest } from '../handle-parked.ts';
import { reaction } from '../reaction.ts';
import type { Reaction } from '../reaction.ts';
import { ReactionCompanion } from '../reaction-companion.ts';
import { ReactionFeed } from '../reaction-feed.ts';

/** A record as somebody writes it who is none of us. */
type StrangersRecord = Omit<OutgoingRecord, 'key'> & { readonly key: string | null };

/** Topics of two partitions, whatever they are on. */
export interface ParkingLog {
  partitionOf(entity: string, partition: number): PartitionLog;
  sources(topic: string): SourceLog;
  write(topic: string, partition: number, record: StrangersRecord): void | Promise<void>;
}

/** Turns a note that was counted in the source context into a command of the reacting one. */
export type React = (note: string) => TallyCommand;

/** The program with a mistake, and the one in which it is mended. */
const BROKEN: React = (note) => {
  if (note === 'react throws') throw new RangeError('a mistake in the reaction');
  if (note === 'decide throws' || note.startsWith('for ')) return null as unknown as TallyCommand;
  if (note === 'too large') return { type: 'Count', note: 'x'.repeat(950_000) };
  if (note === 'unencodable') return { type: 'Count', note: 5 as unknown as string };
  return { type: 'Count', note };
};
export const MENDED: React = (note) => ({ type: 'Count', note });

/** A source context counts; the reacting one counts each of its facts, on the tally of the same id, or on the one that the note names. */
export class ParkingBench {
  readonly source = tallyModel(`source${randomUUID().slice(0, 8)}`);
  readonly reacting = tallyModel(`reacting${randomUUID().slice(0, 8)}`);
  readonly catalogue = catalogueOf(
    ...this.source.entity.events.declarations,
    this.source.entity.latest.declaration,
    ...CONTROL_RECORDS,
  );
  private readonly codec = new EntityCodec<TallyEvent>(this.source.entity, this.catalogue);
  private readonly versions = new Map<string, number>();
  private readonly apps: ReactingApp[] = [];
  private log!: ParkingLog;

  on(log: ParkingLog): this {
    this.log = log;
    return this;
  }

  get topic(): string {
    return this.source.entity.events.topic;
  }

  /** One more instance of the reacting app; it takes the partitions over from those before, who do not know it yet. */
  open(react: React = BROKEN): ReactingApp {
    const number = this.apps.length + 1;
    const app = new ReactingApp(this, this.log, react, () => this.apps.length <= number);
    this.apps.push(app);
    return app;
  }

  async close(): Promise<void> {
    await Promise.all(this.apps.splice(0).map(({ store }) => store.close()));
  }

  /** Puts records where their keys belong in the source context's topic. */
  async write(...records: OutgoingRecord[]): Promise<void> {
    for (const record of records) await this.log.write(this.topic, partitionFor(record.key, 2), record);
  }

  writeWithoutKey(partition: number, record: OutgoingRecord): void | Promise<void> {
    return this.log.write(this.topic, partition, { ...record, key: null });
  }

  openedFact(id: string): OutgoingRecord {
    return this.codec.eventRecord(id, this.meta(id), { type: 'Opened', tallyId: id, limit: 100 });
  }

  counted(id: string, note = ''): OutgoingRecord {
    return this.codec.eventRecord(id, this.meta(id), { type: 'Counted', tallyId: id, note });
  }

  /** What was counted on a tally of the reacting context, as it stands in its topic. */
  async notesOf(id: string): Promise<string[]> {
    const codec = new EntityCodec<TallyEvent>(this.reacting.entity, this.catalogue);
    const records = await this.all(this.reacting.entity.events.topic, partitionFor(id, 2));
    return records
      .filter(({ key }) => key?.toString() === id)
      .map((record) => codec.decodeEvent(record).event)
      .flatMap((event) => (event.type === 'Counted' ? [event.note] : []));
  }

  async letters(): Promise<Record<string, unknown>[]> {
    const topic = `${this.topic}-dlq`;
    const records = (await Promise.all([0, 1].map((partition) => this.all(topic, partition)))).flat();
    return records.map(({ value }) => JSON.parse(value!.toString()) as Record<string, unknown>);
  }

  async all(topic: string, partition: number): Promise<LogRecord[]> {
    const log = this.log.partitionOf(this.reacting.entity.name, partition);
    return (await Array.fromAsync(log.read(topic, 0, await log.endOffset(topic)))).flat();
  }

  private meta(id: string) {
    const entityVersion = (this.versions.get(id) ?? 0) + 1;
    this.versions.set(id, entityVersion);
    const commandId = randomUUID();
    const origin = { commandId, causationId: commandId, correlationId: 'c', actor: 'test', traceparent: null };
    return { eventId: randomUUID(), entityVersion, occurredAt: 1_000, ...origin };
  }
}

/** One process of the reacting app, as far as reactions go. */
export class ReactingApp {
  readonly store: EventStore<TallyState, TallyCommand, TallyEvent>;
  readonly companions: readonly ReactionCompanion<TallyState, TallyCommand>[];
  readonly told: string[] = [];

  constructor(
    { topic, source, reacting, catalogue }: ParkingBench,
    log: ParkingLog,
    react: React,
    isNewest: () => boolean,
  ) {
    const sources = log.sources(topic);
    const schemas = { catalogue, refresh: async () => undefined } as unknown as SchemaTopic;
    const reactions = reactionsTo(source.entity, react);
    const feed = new ReactionFeed<TallyCommand>({ reactions, log: sources, schemas, onTrouble: () => undefined });
    const ignored = () => undefined;
    const parked = (_: unknown, error: Error) => this.told.push(error.message);
    const observer = { applied: ignored, refused: ignored, stopped: ignored, parked };
    this.companions = [0, 1].map(() => new ReactionCompanion(feed, 2, observer));
    this.store = new EventStore({
      model: reacting,
      catalogue,
      logs: [0, 1].map((partition) => log.partitionOf(reacting.entity.name, partition)),
      self: { instance: randomUUID(), address: 'http://test' },
      observer: { stateChanged: ignored, committed: ignored },
      sources,
      isAssigned: async () => isNewest(),
      companions: (partition) => [this.companions[partition]!],
      limits: { fencedPauseMs: 5, stoppedPauseMs: 20, retryMs: [5, 5] },
    });
    void this.store.assign([0, 1]);
  }

  get isOpen(): boolean {
    return this.store.status().every(({ state }) => state === 'open');
  }

  get parked(): number {
    return this.store.status().reduce((sum, one) => sum + one.parked, 0);
  }

  /** The names of all that is parked, in its order. */
  names(): string[] {
    return this.companions
      .flatMap((companion) => companion.parked())
      .map(({ source, offset, ordinal }) =>
        ordinal < 2 ** 31 - 1 ? `${source}/${offset}/${ordinal}` : `${source}/${offset}`,
      );
  }

  async redrive(names = this.names()) {
    return this.handle({ kind: 'redrive', names });
  }

  async discard(names: readonly string[]) {
    return this.handle({ kind: 'discard', names, by: 'ada', reason: 'it never was' });
  }

  async countOf(id: string): Promise<number | undefined> {
    return (await this.store.waitBeyond(id, Number.MAX_SAFE_INTEGER, 1))?.state?.count;
  }

  reaches(id: string, count: number): Promise<true> {
    return waitFor(async () => (await this.countOf(id)) === count);
  }

  private async handle(request: ParkedRequest) {
    const outcomes = await Promise.all(this.companions.map((companion) => companion.handleParked(request)));
    return outcomes.flatMap((some) => some ?? []).filter(({ outcome }) => outcome !== 'gone');
  }
}

type Source = ParkingBench['source']['entity'];
type Declared = Source['events']['declarations'][number];

const reactionsTo = (source: Source, counted: React): Reaction<TallyCommand>[] => [
  reaction<Declared, never, TallyCommand>(source, 'Opened' as never, ({ entityId }) => [
    { entityId, command: { type: 'Open', tallyId: entityId, limit: 100 } },
  ]),
  reaction<Declared, never, TallyCommand>(source, 'Counted' as never, ({ entityId, event }) => {
    const { note } = event as unknown as { note: string };
    return [{ entityId: note.startsWith('for ') ? note.slice(4) : entityId, command: counted(note) }];
  }),
];
