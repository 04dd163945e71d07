import { v5 as uuidv5 } from 'uuid';
import { factIdOf, systemClock } from '#mechanisms/event-store/index';
import type { Clock, CommandEnvelope, SourceLog } from '#mechanisms/event-store/index';
import type { RecordedEvent } from '#mechanisms/event-sourcing/index';
import { headerOf } from '#mechanisms/kafka/index';
import type { LogRecord } from '#mechanisms/kafka/index';
import { EventDecoder, UndecodableBytes, UnknownSchemaId } from '#mechanisms/schemas/index';
import type { SchemaTopic } from '#mechanisms/schemas/index';
import type { Reaction } from './reaction.ts';
import { SourcePartition } from './source-partition.ts';

/** The namespace of the command ids of reactions: the same fact leads to the same ids, whoever handles it. */
const COMMAND_NAMESPACE = '6f0f3f0a-5f0c-4d0e-9b2c-1d9f6f1f7c03';

/** A foreign fact and the commands that it leads to, for whatever partition. */
export interface InterpretedFact<Command> {
  readonly eventId: string;
  readonly envelopes: readonly CommandEnvelope<Command>[];
  /** Why nobody will ever make commands of it, with this program. */
  readonly fault?: Error;
}

export interface FeedParts<Command> {
  readonly reactions: readonly Reaction<Command>[];
  readonly log: SourceLog;
  readonly schemas: SchemaTopic;
  /** Told when a source partition cannot be read or understood; it is tried again. */
  readonly onTrouble: (topic: string, partition: number, error: unknown) => void;
  /** The system's by default. */
  readonly clock?: Clock;
}

/**
 * Reads the source topics of a context's reactions, each partition once a process, and turns their facts into commands.
 * Facts that no reaction is for are passed over by their type header, undecoded.
 */
export class ReactionFeed<Command> {
  private readonly parts: FeedParts<Command>;
  private readonly clock: Clock;
  private readonly decoders = new Map<string, EventDecoder<never>>();
  private readonly sources = new Map<string, SourcePartition>();

  constructor(parts: FeedParts<Command>) {
    this.parts = parts;
    this.clock = parts.clock ?? systemClock;
    for (const { source } of parts.reactions) {
      const { topic, declarations } = source.events;
      this.decoders.set(topic, new EventDecoder(declarations, parts.schemas.catalogue));
    }
  }

  get log(): SourceLog {
    return this.parts.log;
  }

  source(topic: string, partition: number): SourcePartition {
    const name = `${topic}-${partition}`;
    let source = this.sources.get(name);
    if (!source) {
      const interpret = (record: LogRecord) => this.interpret(topic, partition, record);
      const onTrouble = (error: unknown) => this.parts.onTrouble(topic, partition, error);
      source = new SourcePartition({ log: this.log, clock: this.clock, topic, partition }, interpret, onTrouble);
      this.sources.set(name, source);
    }
    return source;
  }

  /**
   * Throws what passes by itself: a schema or a type that is not known yet, a log that cannot be reached. Whatever else is
   * wrong with the fact stands in the answer.
   */
  async interpret(topic: string, partition: number, record: LogRecord): Promise<InterpretedFact<Command>> {
    const eventId = factIdOf(record);
    try {
      return { eventId, envelopes: this.commandsOf(topic, partition, record) };
    } catch (error) {
      if (error instanceof UnknownSchemaId) await this.parts.schemas.refresh();
      if ((error as { retriable?: boolean }).retriable === true) throw error;
      return { eventId, envelopes: [], fault: error instanceof Error ? error : new Error(String(error)) };
    }
  }

  private commandsOf(topic: string, partition: number, record: LogRecord): CommandEnvelope<Command>[] {
    const id = headerOf(record, 'ce_id')?.toString();
    const typeName = headerOf(record, 'ce_type')?.toString();
    if (!id || !typeName) throw new UndecodableBytes('It has not the headers of an event.');
    const type = typeName.slice(typeName.lastIndexOf('.') + 1);
    const concerned = this.parts.reactions.filter(
      ({ source, eventType }) => source.events.topic === topic && eventType === type,
    );
    if (concerned.length === 0) return [];
    const { offset, key, value } = record;
    if (!value || !key) throw new UndecodableBytes('It has no key or no value.');
    const { meta, event } = this.decoders.get(topic)!.decode(value) as unknown as RecordedEvent;
    const entityId = key.toString();
    const { idField } = concerned[0]!.source;
    if ((event as unknown as Record<string, unknown>)[idField] !== entityId)
      throw new UndecodableBytes(`Its key is not its ${idField}.`);
    if (meta.eventId !== id || event.type !== type) throw new UndecodableBytes('Its headers are of another event.');
    const recorded: RecordedEvent = { topic, partition, offset, entityId, meta, event };
    const now = this.clock.now();
    const addressed = concerned.flatMap(({ react }) => react(recorded, now));
    return addressed.map((one, ordinal) => envelopeOf(one, recorded, ordinal));
  }
}

function envelopeOf<Command>(
  { entityId, command }: { entityId: string; command: Command },
  { meta }: RecordedEvent,
  ordinal: number,
): CommandEnvelope<Command> {
  if (typeof entityId !== 'string' || entityId === '') throw new TypeError('The reaction names no entity.');
  const { eventId, correlationId, actor, traceparent } = meta;
  const commandId = uuidv5(`${eventId}/${entityId}/${ordinal}`, COMMAND_NAMESPACE);
  return { entityId, command, commandId, causationId: eventId, correlationId, actor, traceparent };
}
