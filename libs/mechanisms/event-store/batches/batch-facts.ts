import { deadLetterTopicOf } from '#mechanisms/dead-letters/index';
import type { LogRecord, OutgoingRecord } from '#mechanisms/kafka/index';
import type { ReactionFact } from '../companion.ts';
import { isBehind, placeOf, WHOLE_FACT } from '../cursor.ts';
import type { ReactionCursor, SourceName } from '../cursor.ts';
import type { TopicRecords } from '../log/partition-log.ts';
import { errorText, parkedName, sourceKeyOf } from '../parking/parked-fact.ts';
import type { ParkedFact } from '../parking/parked-fact.ts';
import type { ParkedFacts } from '../parking/parked-facts.ts';
import { letterOf } from '../parking/parked-letter.ts';
import type { Discarded } from '../parking/parked-letter.ts';

/** What is known of the foreign facts as of the last commit. */
export interface FactGround {
  readonly partition: number;
  readonly cursors: ReadonlyMap<SourceName, ReactionCursor>;
  readonly parked: ParkedFacts;
  /** `<app>.reactions`: as whom the partition tells of what it parks. */
  readonly consumer: string;
  /** Epoch milliseconds, never smaller than that of an earlier batch of the partition. */
  readonly now: number;
}

/** Makes the control records of facts. */
export interface FactCodec {
  cursorRecord(source: SourceName, cursor: ReactionCursor, timestamp: number): OutgoingRecord;
  parkedRecord(name: string, parked: ParkedFact | undefined, timestamp: number): OutgoingRecord;
}

/** How one batch moves the cursors, and what it parks and takes out again. */
export class BatchFacts {
  readonly cursors = new Map<SourceName, ReactionCursor>();
  /** As they are once the batch is committed. */
  parked: ParkedFacts;
  /** Of the records beyond the cursors. */
  bytes = 0;
  private readonly changed = new Map<string, ParkedFact | undefined>();
  private readonly letters = new Map<SourceName, OutgoingRecord[]>();
  private readonly ground: FactGround;
  private readonly codec: FactCodec;

  constructor(ground: FactGround, codec: FactCodec) {
    this.ground = ground;
    this.codec = codec;
    this.parked = ground.parked;
  }

  hasPassed({ source, cursor }: ReactionFact<unknown>): boolean {
    const passed = this.cursors.get(source) ?? this.ground.cursors.get(source);
    return passed !== undefined && !isBehind(passed, cursor);
  }

  pass({ source, cursor }: ReactionFact<unknown>): void {
    this.cursors.set(source, cursor);
  }

  /** The fact as it would be parked: for a fault of its own, or, without one, because it must not overtake. */
  toPark(fact: ReactionFact<unknown>, fault: unknown): ParkedFact | undefined {
    const { source, cursor, envelope, record } = fact;
    const lanes = { source, sourceKey: sourceKeyOf(record?.key ?? null), entityId: envelope?.entityId ?? null };
    const ahead = record && this.parked.ahead(lanes);
    if (fault === undefined && !ahead) return undefined;
    const why = fault === undefined ? `waits behind ${parkedName(ahead!)}` : errorText(fault);
    const { now } = this.ground;
    const behindOffset = fault === undefined ? ahead!.offset : null;
    const failed = { error: why, attempts: fault === undefined ? 0 : 1, firstFailedAt: now, lastFailedAt: now };
    return { ...lanes, ...cursor, sequence: this.parked.nextSequence, behindOffset, ...failed };
  }

  /** Parks a fact, moves the cursor past it, and tells of it; of several commands of one fact once. */
  park(fact: ReactionFact<unknown>, parked: ParkedFact): void {
    this.pass(fact);
    if (fact.record && !this.parked.holds(parked)) this.tell(parked, fact.record);
    this.change(parkedName(parked), parked);
  }

  /** Counts one more failure of a fact that stays parked. */
  failAgain(parked: ParkedFact, error: unknown): void {
    const attempts = parked.attempts + 1;
    const next = { ...parked, behindOffset: null, attempts, error: errorText(error), lastFailedAt: this.ground.now };
    if (parked.attempts === 0) next.firstFailedAt = next.lastFailedAt;
    this.change(parkedName(parked), next);
  }

  /** Puts those of a fact's commands in its place that are for this partition, to be tried one by one. */
  unpack(parked: ParkedFact, commands: readonly { ordinal: number; entityId: string }[]): void {
    this.release(parked);
    for (const command of commands) {
      const part = { ...parked, ...command };
      this.change(parkedName(part), part);
    }
  }

  release(parked: ParkedFact): void {
    this.change(parkedName(parked), undefined);
  }

  discard(parked: ParkedFact, record: LogRecord, discarded: Discarded): void {
    this.release(parked);
    this.tell(parked, record, discarded);
  }

  records(controlTopic: string): TopicRecords[] {
    const { now } = this.ground;
    const control = [
      ...[...this.cursors].map(([source, cursor]) => this.codec.cursorRecord(source, cursor, now)),
      ...[...this.changed].map(([name, parked]) => this.codec.parkedRecord(name, parked, now)),
    ];
    const topics: TopicRecords[] = control.length > 0 ? [{ topic: controlTopic, records: control }] : [];
    for (const [source, records] of this.letters) {
      const { topic, partition } = placeOf(source);
      topics.push({ topic: deadLetterTopicOf(topic), partition, records });
    }
    return topics;
  }

  private change(name: string, parked: ParkedFact | undefined): void {
    if (this.parked === this.ground.parked) this.parked = this.parked.copy();
    if (parked) this.parked.set(parked);
    else this.parked.delete(name);
    this.changed.set(name, parked);
    this.bytes += this.codec.parkedRecord(name, parked, this.ground.now).value?.length ?? 0;
  }

  /** Of a fact that concerns nobody knowably, every partition parks one, and the source's own number tells of it. */
  private tell(parked: ParkedFact, record: LogRecord, discarded?: Discarded): void {
    const { topic, partition } = placeOf(parked.source);
    if (parked.ordinal === WHOLE_FACT && partition !== this.ground.partition) return;
    const letter = letterOf(parked, record, { consumer: this.ground.consumer, topic, partition }, discarded);
    this.letters.set(parked.source, [...(this.letters.get(parked.source) ?? []), letter]);
    this.bytes += letter.value!.length;
  }
}
