import type { DomainEvent, EventPosition } from '#mechanisms/event-sourcing/index';
import type { EntityCodec } from '../codec.ts';
import type { ParkedTask, ReactionFact } from '../companion.ts';
import type { SourceName } from '../cursor.ts';
import { CommandTooLarge, FactParked, NotExecuted, SourceStopped, WaitsBehind } from '../errors.ts';
import { StoreFailed } from '../image/entity-store.ts';
import type { EntityImage, Image } from '../image/image.ts';
import type { TopicRecords } from '../log/partition-log.ts';
import type { EventModel } from '../model.ts';
import { errorText, parkedName } from '../parking/parked-fact.ts';
import type { ParkedFact } from '../parking/parked-fact.ts';
import { BatchChanges } from './batch-changes.ts';
import type { ChangeGround } from './batch-changes.ts';
import { BatchFacts } from './batch-facts.ts';
import type { FactGround } from './batch-facts.ts';
import { decideCommand } from './decide-command.ts';
import type { NewEvent, Verdict } from './decide-command.ts';
import type { PendingCommand } from './pending-command.ts';

export interface BatchLimits {
  readonly commands: number;
  /** Bytes of the values for one topic; below the topics' `max.message.bytes`, with room for keys and headers. */
  readonly bytes: number;
}

/** What the batch is decided on. */
export interface BatchGround<State> extends ChangeGround, FactGround {
  readonly image: Image<State>;
  /** Gets the sources added of which no more facts may be parked. */
  readonly stoppedSources: Set<SourceName>;
}

/** What is owed to a command once the batch is committed. */
type Answer =
  | { readonly refusal: Error }
  /** `lastEvent` is the index, among the batch's events, of the command's last event; absent when it added none. */
  | { readonly version: number; readonly lastEvent: number | undefined };

const UNCHANGED: Answer = { version: 0, lastEvent: undefined };

/** The commands of one transaction: decided one after another on the image and the batch's own overlay, and encoded at once. */
export class Batch<State, Command, Event extends DomainEvent> {
  readonly answers = new Map<PendingCommand<Command>, Answer>();
  readonly changes: BatchChanges<State, Command, Event>;
  readonly facts: BatchFacts;
  private readonly model: EventModel<State, Command, Event>;
  private readonly ground: BatchGround<State>;
  private readonly limits: BatchLimits;

  constructor(
    model: EventModel<State, Command, Event>,
    codec: EntityCodec<Event>,
    ground: BatchGround<State>,
    limits: BatchLimits,
  ) {
    this.model = model;
    this.ground = ground;
    this.limits = limits;
    this.changes = new BatchChanges(model, codec, ground);
    this.facts = new BatchFacts(ground, codec);
  }

  /** Decides a task and takes it in; answers false, and changes nothing, when the batch has no room for it. @throws StoreFailed */
  add(pending: PendingCommand<Command>): boolean {
    if (this.answers.size >= this.limits.commands) return false;
    if (pending.fact) return this.addFact(pending, pending.fact);
    if (pending.parked) return this.addParked(pending, pending.parked);
    return this.addCommand(pending);
  }

  private addCommand(pending: PendingCommand<Command>): boolean {
    try {
      return this.take(pending, this.decide(pending));
    } catch (error) {
      if (error instanceof StoreFailed) throw error;
      this.answers.set(pending, { refusal: error as Error });
      return true;
    }
  }

  private addFact(pending: PendingCommand<Command>, fact: ReactionFact<Command>): boolean {
    const { facts } = this;
    if (this.ground.stoppedSources.has(fact.source)) {
      return this.refuse(pending, new NotExecuted(`${fact.source} is stopped at an earlier fact.`));
    }
    if (facts.hasPassed(fact)) {
      this.answers.set(pending, UNCHANGED);
      return true;
    }
    const parked = facts.toPark(fact, fact.fault);
    if (parked) return this.park(pending, fact, parked);
    if (!this.addCommand(pending)) return false;
    const fault = faultIn(this.answers.get(pending)!);
    if (fault) return this.park(pending, fact, facts.toPark(fact, fault)!);
    facts.pass(fact);
    return true;
  }

  private park(pending: PendingCommand<Command>, fact: ReactionFact<Command>, parked: ParkedFact): boolean {
    this.answers.delete(pending);
    if (!this.hasRoomForFacts()) return false;
    if (!this.facts.parked.hasRoomFor(fact.source, parked.attempts > 0)) {
      this.ground.stoppedSources.add(fact.source);
      return this.refuse(pending, new SourceStopped(fact.source, parkedName(parked), parked.error));
    }
    this.facts.park(fact, parked);
    return this.refuse(pending, new FactParked(`${parkedName(parked)} is parked: ${parked.error}`));
  }

  private addParked(pending: PendingCommand<Command>, task: ParkedTask<Command>): boolean {
    const { facts } = this;
    const parked = facts.parked.get(task.name);
    if (!parked) {
      this.answers.set(pending, UNCHANGED);
      return true;
    }
    if (!this.hasRoomForFacts()) return false;
    if (task.kind === 'apply') return this.applyParked(pending, parked, task.dryRun);
    if (task.kind === 'fail') {
      facts.failAgain(parked, task.error);
      return this.refuse(pending, new FactParked(task.error.message));
    }
    if (task.kind === 'unpack') facts.unpack(parked, task.commands);
    else facts.discard(parked, task.record, { by: task.by, reason: task.reason, at: this.ground.now });
    this.answers.set(pending, UNCHANGED);
    return true;
  }

  private applyParked(pending: PendingCommand<Command>, parked: ParkedFact, dryRun = false): boolean {
    const ahead = this.facts.parked.ahead(parked);
    if (ahead) return this.refuse(pending, new WaitsBehind(parkedName(ahead)));
    if (dryRun) return this.tryOut(pending);
    if (!this.addCommand(pending)) return false;
    const fault = faultIn(this.answers.get(pending)!);
    if (!fault) {
      this.facts.release(parked);
      return true;
    }
    this.facts.failAgain(parked, fault);
    return this.refuse(pending, new FactParked(fault.message));
  }

  /** Answers what would be decided, and takes nothing in. */
  private tryOut(pending: PendingCommand<Command>): true {
    try {
      const verdict = this.decide(pending);
      if (verdict.kind === 'refused') return this.refuse(pending, verdict.error);
      this.answers.set(pending, UNCHANGED);
      return true;
    } catch (error) {
      if (error instanceof StoreFailed) throw error;
      return this.refuse(pending, new FactParked(errorText(error)));
    }
  }

  /** The first one always fits: what is told of a fact is bounded. */
  private hasRoomForFacts(): boolean {
    return this.facts.bytes < this.limits.bytes / 2 || this.answers.size === 0;
  }

  private refuse(pending: PendingCommand<Command>, refusal: Error): true {
    this.answers.set(pending, { refusal });
    return true;
  }

  /** The records for the transaction; none when the batch changes nothing. */
  records(): TopicRecords[] {
    return [...this.changes.records(), ...this.facts.records(this.model.entity.control.topic)];
  }

  /** Gives every task its answer, once the batch is committed with its first event at `base`. */
  answerAll(base: number | undefined, positionOf: (offset: number) => EventPosition): void {
    const last = base === undefined ? this.ground.lastEventOffset : this.changes.lastEvent(base).offset;
    for (const [pending, answer] of this.answers) {
      if ('refusal' in answer) {
        pending.refuse(answer.refusal);
        continue;
      }
      const position = positionOf(answer.lastEvent === undefined ? last : base! + answer.lastEvent);
      pending.accept({ entityId: pending.envelope?.entityId ?? '', version: answer.version, position });
    }
  }

  refuseAll(error: Error): void {
    for (const pending of this.answers.keys()) pending.refuse(error);
  }

  private decide({ envelope }: PendingCommand<Command>): Verdict<State, Event> {
    if (!envelope) return { kind: 'unchanged', version: 0 };
    const { entityId } = envelope;
    const entity = this.changes.overlay.get(entityId) ?? this.ground.image.get(entityId);
    return decideCommand(this.model, entity, envelope, this.ground.now);
  }

  private take(pending: PendingCommand<Command>, verdict: Verdict<State, Event>): boolean {
    if (verdict.kind === 'refused') {
      this.answers.set(pending, { refusal: verdict.error });
      return true;
    }
    if (verdict.kind === 'unchanged') {
      this.answers.set(pending, { version: verdict.version, lastEvent: undefined });
      return true;
    }
    return this.takeChange(pending, verdict.events, verdict.entity);
  }

  private takeChange(
    pending: PendingCommand<Command>,
    events: readonly NewEvent<Event>[],
    entity: EntityImage<State>,
  ): boolean {
    const { bytes } = this.limits;
    const largest = this.changes.take(pending.envelope!.entityId, events, entity, bytes);
    if (largest !== undefined && this.answers.size > 0) return false;
    if (largest !== undefined) throw new CommandTooLarge(largest, bytes);
    const lastEvent = events.length > 0 ? this.changes.eventCount - 1 : undefined;
    this.answers.set(pending, { version: entity.version, lastEvent });
    return true;
  }
}

/** Why a fact's command was not executed, if it was for no rule of the domain. */
const faultIn = (answer: Answer): Error | undefined =>
  'refusal' in answer && answer.refusal.name !== 'DomainError' ? answer.refusal : undefined;
