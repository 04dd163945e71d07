import { partitionFor } from '#mechanisms/kafka/index';
import type { LogRecord } from '#mechanisms/kafka/index';
import { factIdOf, parkedName, placeOf, relatedTo, WHOLE_FACT } from '#mechanisms/event-store/index';
import type { OpenPartition, ParkedFact, ParkedTask } from '#mechanisms/event-store/index';
import type { InterpretedFact, ReactionFeed } from './reaction-feed.ts';

/**
 * What a person wants done about parked facts, by their names. A dry run changes nothing; what waits behind others cannot be
 * tried in it.
 */
export type ParkedRequest = { readonly names: readonly string[] } & (
  | { readonly kind: 'redrive'; readonly dryRun?: boolean }
  | { readonly kind: 'discard'; readonly by: string; readonly reason: string }
);

/**
 * What became of one: `applied`; `refused` by a rule of the domain, which is final, too; `unconcerned`: it is for another
 * partition's entities; `parked` again for `detail`; `behind` another one; `waiting` for what `detail` says; `unknown` whether
 * it was done; `discarded`; `gone`: it is not parked any more.
 */
export interface ParkedOutcome {
  readonly name: string;
  readonly outcome:
    'applied' | 'refused' | 'unconcerned' | 'parked' | 'behind' | 'waiting' | 'unknown' | 'discarded' | 'gone';
  readonly detail?: string;
}

type Open<Command> = Pick<OpenPartition<never, Command>, 'partition' | 'parked' | 'handleParked'>;

/**
 * Tries parked facts again, with all that must keep their order with them, one after another through the same reading,
 * reactions and decisions as the first time; or gives exactly the named ones up. Each is one transaction, so it may be
 * repeated, and killed at any moment. What waits behind one that fails again stays behind it.
 */
export async function handleParked<Command>(
  partition: Open<Command>,
  feed: ReactionFeed<Command>,
  partitions: number,
  request: ParkedRequest,
): Promise<ParkedOutcome[]> {
  const handling = new ParkedHandling(partition, feed, partitions);
  const known = partition.parked();
  const gone = request.names.filter((name) => !known.some((fact) => parkedName(fact) === name));
  const outcomes: ParkedOutcome[] = gone.map((name) => ({ name, outcome: 'gone' }));
  if (request.kind === 'discard') {
    for (const fact of known.filter((fact) => request.names.includes(parkedName(fact)))) {
      outcomes.push(await handling.discard(fact, request.by, request.reason));
    }
  } else {
    const handle = (fact: ParkedFact) => (request.dryRun ? handling.tryOut(fact) : handling.redrive(fact));
    for (const fact of relatedTo(known, request.names)) outcomes.push(...(await handle(fact)));
  }
  return outcomes;
}

class ParkedHandling<Command> {
  private readonly partition: Open<Command>;
  private readonly feed: ReactionFeed<Command>;
  private readonly partitions: number;

  constructor(partition: Open<Command>, feed: ReactionFeed<Command>, partitions: number) {
    this.partition = partition;
    this.feed = feed;
    this.partitions = partitions;
  }

  async redrive(fact: ParkedFact): Promise<ParkedOutcome[]> {
    const name = parkedName(fact);
    try {
      const { envelopes, fault } = await this.interpret(fact);
      if (fault) return [await this.handle({ kind: 'fail', name, error: fault }, 'parked')];
      if (fact.ordinal === WHOLE_FACT) return await this.unpack(fact, envelopes);
      const envelope = envelopes[fact.ordinal];
      if (envelope?.entityId === fact.entityId)
        return [await this.handle({ kind: 'apply', name, envelope }, 'applied')];
      const error = new Error(`The reactions have no such command for ${fact.entityId} any more.`);
      return [await this.handle({ kind: 'fail', name, error }, 'parked')];
    } catch (error) {
      return [{ name, outcome: 'waiting', detail: messageOf(error) }];
    }
  }

  /** What {@link redrive} would come to. */
  async tryOut(fact: ParkedFact): Promise<ParkedOutcome[]> {
    const name = parkedName(fact);
    try {
      const { envelopes, fault } = await this.interpret(fact);
      if (fault) return [{ name, outcome: 'parked', detail: fault.message }];
      const commands = [...envelopes.entries()].filter(([ordinal, { entityId }]) =>
        fact.ordinal === WHOLE_FACT ? this.isOwn(entityId) : ordinal === fact.ordinal,
      );
      if (commands.length === 0) return [{ name, outcome: 'unconcerned' }];
      const dryRun = true;
      return await Promise.all(
        commands.map(([, envelope]) => this.handle({ kind: 'apply', name, envelope, dryRun }, 'applied')),
      );
    } catch (error) {
      return [{ name, outcome: 'waiting', detail: messageOf(error) }];
    }
  }

  async discard(fact: ParkedFact, by: string, reason: string): Promise<ParkedOutcome> {
    const name = parkedName(fact);
    try {
      const record = await this.recordOf(fact);
      return await this.handle({ kind: 'discard', name, record, by, reason }, 'discarded');
    } catch (error) {
      return { name, outcome: 'waiting', detail: messageOf(error) };
    }
  }

  private async unpack(
    fact: ParkedFact,
    envelopes: readonly { readonly entityId: string }[],
  ): Promise<ParkedOutcome[]> {
    const name = parkedName(fact);
    const commands = envelopes
      .map(({ entityId }, ordinal) => ({ entityId, ordinal }))
      .filter(({ entityId }) => this.isOwn(entityId));
    const unpacked = await this.handle({ kind: 'unpack', name, commands }, 'unconcerned');
    if (unpacked.outcome !== 'unconcerned' || commands.length === 0) return [unpacked];
    const outcomes: ParkedOutcome[] = [];
    for (const command of commands) outcomes.push(...(await this.redrive({ ...fact, ...command })));
    return outcomes;
  }

  private isOwn(entityId: string): boolean {
    return partitionFor(entityId, this.partitions) === this.partition.partition;
  }

  private async interpret(fact: ParkedFact): Promise<InterpretedFact<Command>> {
    const { topic, partition } = placeOf(fact.source);
    return this.feed.interpret(topic, partition, await this.recordOf(fact));
  }

  /** The fact where it stands in its topic. Throws when there is another one, or none. */
  private async recordOf({ source, offset, eventId }: ParkedFact): Promise<LogRecord> {
    const { topic, partition } = placeOf(source);
    for await (const [record] of this.feed.log.read(topic, partition, offset, offset + 1)) {
      if (record && factIdOf(record) === eventId) return record;
    }
    throw new Error(`${source} does not hold it at offset ${offset} any more.`);
  }

  private async handle(task: ParkedTask<Command>, done: ParkedOutcome['outcome']): Promise<ParkedOutcome> {
    const { name } = task;
    try {
      await this.partition.handleParked(task);
      return { name, outcome: done };
    } catch (error) {
      const outcome = OUTCOMES[(error as Error).name] ?? 'unknown';
      return { name, outcome, detail: messageOf(error) };
    }
  }
}

const OUTCOMES: Readonly<Record<string, ParkedOutcome['outcome']>> = {
  DomainError: 'refused',
  FactParked: 'parked',
  WaitsBehind: 'behind',
  NotExecuted: 'waiting',
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
