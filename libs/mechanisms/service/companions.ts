import { Counter } from 'prom-client';
import { DeadlineCompanion, EFFECT_SETTINGS, EffectCompanion } from '#mechanisms/effects/index';
import type { EffectSettings, Perform } from '#mechanisms/effects/index';
import type { DomainEvent } from '#mechanisms/event-sourcing/index';
import { sourceName } from '#mechanisms/event-store/index';
import type { Companion, EventModel, SourceLog } from '#mechanisms/event-store/index';
import { ReactionCompanion, ReactionFeed } from '#mechanisms/reactions/index';
import type { ParkedOutcome, ParkedRequest, Reaction } from '#mechanisms/reactions/index';
import type { SchemaTopic } from '#mechanisms/schemas/index';
import type { HealthReport } from './health/health.ts';
import type { Logger } from './logger.ts';

export interface CompanionParts<State, Command, Event extends DomainEvent> {
  readonly model: EventModel<State, Command, Event>;
  readonly reactions: readonly Reaction<Command>[];
  readonly perform: Perform<never, Command> | undefined;
  readonly effects: EffectSettings | undefined;
  readonly sources: SourceLog;
  readonly schemas: SchemaTopic;
  readonly logger: Logger;
}

/** A source that is in trouble is tried again every second; one that is not heard of for longer has recovered. */
const TROUBLE_LASTS_MS = 5_000;

const facts = new Counter({
  name: 'reaction_facts_total',
  help: 'Foreign facts handled, by what became of their command.',
  labelNames: ['outcome'],
});

/** Those that work beside the owners of one process: reactions, deadlines and effects, as far as the context has them. */
export class Companions<State, Command, Event extends DomainEvent> {
  private readonly parts: CompanionParts<State, Command, Event>;
  private readonly feed: ReactionFeed<Command>;
  private readonly reacting = new Map<number, ReactionCompanion<State, Command>>();
  private readonly workers = new Map<number, EffectCompanion<State, Command>>();
  private readonly troubles = new Map<string, { reason: string; at: number }>();

  constructor(parts: CompanionParts<State, Command, Event>) {
    this.parts = parts;
    const { reactions, sources, schemas } = parts;
    this.feed = new ReactionFeed({
      reactions,
      log: sources,
      schemas,
      onTrouble: (topic, partition, error) => this.trouble(topic, partition, error),
    });
  }

  /** One set for one owner; of a partition's earlier owner no more is heard. */
  make(partition: number): Companion<State, Command>[] {
    const { model, sources, perform, effects, logger } = this.parts;
    const reacting = new ReactionCompanion<State, Command>(this.feed, sources.partitions, {
      applied: () => facts.inc({ outcome: 'applied' }),
      refused: ({ source, cursor, envelope }, error) => {
        facts.inc({ outcome: 'refused' });
        const fields = { source, offset: cursor.offset, eventId: cursor.eventId, entityId: envelope?.entityId };
        logger.info(
          { ...fields, code: (error as { code?: string }).code },
          `a fact's command was refused: ${error.message}`,
        );
      },
      parked: ({ source, cursor, envelope }, error) => {
        facts.inc({ outcome: 'parked' });
        logger.error({ source, ...cursor, partition, entityId: envelope?.entityId }, error.message);
      },
      stopped: ({ source, cursor }, error) => {
        facts.inc({ outcome: 'stopped' });
        logger.error({ source, ...cursor, partition }, `reactions to ${source} are stopped: ${error.message}`);
      },
    });
    this.reacting.set(partition, reacting);
    const companions: Companion<State, Command>[] = [reacting];
    if (model.deadline) companions.push(new DeadlineCompanion((state) => model.deadline!(state), reacting));
    if (model.openRequest && perform) companions.push(this.worker(partition, perform, effects ?? EFFECT_SETTINGS));
    return companions;
  }

  /** See {@link EffectCompanion.prompt}. */
  prompt(partition: number, entityId: string): void {
    this.workers.get(partition)?.prompt(entityId);
  }

  /** See {@link ReactionCompanion.handleParked}. */
  async handleParked(partition: number, request: ParkedRequest): Promise<ParkedOutcome[] | undefined> {
    const outcomes = await this.reacting.get(partition)?.handleParked(request);
    const asked = request.kind === 'discard' ? { by: request.by, reason: request.reason } : {};
    for (const { name, outcome, detail } of outcomes ?? []) {
      this.parts.logger.info(
        { partition, fact: name, outcome, detail, ...asked },
        `${request.kind} of a parked fact: ${outcome}`,
      );
    }
    return outcomes;
  }

  private worker(
    partition: number,
    perform: Perform<never, Command>,
    settings: EffectSettings,
  ): EffectCompanion<State, Command> {
    const { model, logger } = this.parts;
    const worker = new EffectCompanion<State, Command>(
      (state) => model.openRequest!(state),
      perform,
      settings,
      (entityId, error) =>
        logger.warn({ entityId, err: error }, 'an attempt at an open request failed; it is tried again'),
    );
    this.workers.set(partition, worker);
    return worker;
  }

  /** Not ready while a source cannot be read on, or too many of its facts are parked. */
  report(): HealthReport {
    const since = Date.now() - TROUBLE_LASTS_MS;
    const unread = [...this.troubles]
      .filter(([, { at }]) => at > since)
      .map(([source, { reason }]) => [source, reason]);
    const stopped = [...this.reacting.values()].flatMap((reacting) => [...reacting.standing]);
    const standing = Object.fromEntries([...unread, ...stopped]) as Record<string, string>;
    const ready = Object.keys(standing).length === 0;
    return { ready, ...(!ready && { standing }) };
  }

  private trouble(topic: string, partition: number, error: unknown): void {
    const source = sourceName(topic, partition);
    const reason = error instanceof Error ? error.message : String(error);
    const isNew = this.troubles.get(source)?.reason !== reason;
    this.troubles.set(source, { reason, at: Date.now() });
    if (isNew) this.parts.logger.error({ err: error, source }, `cannot read facts on from ${source}: ${reason}`);
  }
}
