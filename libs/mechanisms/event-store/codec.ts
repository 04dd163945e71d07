import type { DomainEvent, EventMeta } from '#mechanisms/event-sourcing/index';
import type { LogRecord, OutgoingRecord } from '#mechanisms/kafka/index';
import type { EventDeclaration, LatestMeta } from '#mechanisms/schemas/declare';
import { Decoder, encoderOf, EventDecoder, UndecodableBytes } from '#mechanisms/schemas/index';
import type { DecodedEvent, Encoder, Entity, SchemaCatalogue } from '#mechanisms/schemas/index';
import { OWNER_KEY, OwnerClaim } from './claim.ts';
import { CURSOR_KEY, ReactionCursor } from './cursor.ts';
import type { SourceName } from './cursor.ts';
import { PARKED_KEY, ParkedFact } from './parking/parked-fact.ts';

/** What an owner writes to its control topic. */
export const CONTROL_RECORDS = [OwnerClaim, ReactionCursor, ParkedFact] as const;

interface EventEncoding {
  readonly declaration: EventDeclaration;
  readonly encode: Encoder;
}

/** Turns one entity's events, latest and control records into log records and back. */
export class EntityCodec<Event extends DomainEvent> {
  private readonly encodings: ReadonlyMap<string, EventEncoding>;
  private readonly encodeLatest: Encoder;
  private readonly encodeClaim: Encoder;
  private readonly encodeCursor: Encoder;
  private readonly encodeParked: Encoder;
  private readonly events: EventDecoder<EventDeclaration>;
  private readonly latest: Decoder;
  private readonly control: Decoder;
  private readonly source: string;

  /** @throws SchemaNotDeployed when a declaration has no schema id yet */
  constructor(entity: Entity, catalogue: SchemaCatalogue) {
    const { declarations } = entity.events;
    catalogue.require([...declarations, entity.latest.declaration, ...CONTROL_RECORDS]);
    this.encodings = new Map(
      declarations.map((declaration) => [declaration.type, { declaration, encode: encoderOf(declaration, catalogue) }]),
    );
    this.encodeLatest = encoderOf(entity.latest.declaration, catalogue);
    this.encodeClaim = encoderOf(OwnerClaim, catalogue);
    this.encodeCursor = encoderOf(ReactionCursor, catalogue);
    this.encodeParked = encoderOf(ParkedFact, catalogue);
    this.events = new EventDecoder(declarations, catalogue);
    this.latest = new Decoder([entity.latest.declaration], catalogue);
    this.control = new Decoder(CONTROL_RECORDS, catalogue);
    this.source = `/factstream/${entity.name}`;
  }

  /** The event's record, with the CloudEvents headers of binary mode. @throws UnencodableValue */
  eventRecord(entityId: string, meta: Omit<EventMeta, 'schemaVersion'>, event: Event): OutgoingRecord {
    const { declaration, encode } = this.encodings.get(event.type)!;
    return {
      key: entityId,
      value: encode({ ...event, meta: { ...meta, schemaVersion: declaration.version } }),
      headers: {
        ce_specversion: '1.0',
        ce_id: meta.eventId,
        ce_source: this.source,
        ce_type: declaration.name,
        'content-type': 'application/avro',
      },
      timestamp: meta.occurredAt,
    };
  }

  /** @throws UnencodableValue */
  latestRecord(entityId: string, meta: LatestMeta, fields: object, timestamp: number): OutgoingRecord {
    return { key: entityId, value: this.encodeLatest({ ...fields, meta }), timestamp };
  }

  claimRecord(claim: OwnerClaim, timestamp: number): OutgoingRecord {
    return { key: OWNER_KEY, value: this.encodeClaim(claim), timestamp };
  }

  cursorRecord(source: SourceName, cursor: ReactionCursor, timestamp: number): OutgoingRecord {
    return { key: CURSOR_KEY + source, value: this.encodeCursor(cursor), timestamp };
  }

  /** Without a fact, one that is parked no more. */
  parkedRecord(name: string, parked: ParkedFact | undefined, timestamp: number): OutgoingRecord {
    return { key: PARKED_KEY + name, value: parked ? this.encodeParked(parked) : null, timestamp };
  }

  decodeEvent({ value }: LogRecord): DecodedEvent<Event> {
    return this.events.decode(present(value)) as unknown as DecodedEvent<Event>;
  }

  /**
   * An event of the partition's own topic. Undefined for a record that cannot be read and stands in no transaction: owners write
   * in nothing else, so a stranger wrote it, and no entity is what it is because of it.
   */
  decodeOwnEvent(record: LogRecord): (DecodedEvent<Event> & { readonly entityId: string }) | undefined {
    try {
      return { entityId: keyOf(record), ...this.decodeEvent(record) };
    } catch (error) {
      if (record.isTransactional === false) return undefined;
      throw error;
    }
  }

  decodeLatest({ value }: Pick<LogRecord, 'value'>): { meta: LatestMeta; fields: Readonly<Record<string, unknown>> } {
    const fields = this.latest.decode(present(value)).value;
    return { meta: fields['meta'] as LatestMeta, fields };
  }

  decodeClaim({ value }: LogRecord): OwnerClaim {
    return this.control.decode(present(value)).value as OwnerClaim;
  }

  decodeCursor({ value }: LogRecord): ReactionCursor {
    return this.control.decode(present(value)).value as ReactionCursor;
  }

  decodeParked({ value }: LogRecord): ParkedFact {
    return this.control.decode(present(value)).value as ParkedFact;
  }
}

/** The entity's id. @throws UndecodableBytes for a record that no owner wrote */
export function keyOf({ key, offset }: LogRecord): string {
  if (!key) throw new UndecodableBytes(`the record at offset ${offset} has no key`);
  return key.toString();
}

function present(value: Buffer | null): Buffer {
  if (!value) throw new UndecodableBytes('a record without a value');
  return value;
}
