import { DeadlineCompanion } from '#mechanisms/effects/index';
import { CONTROL_RECORDS, EventStore, parkedName } from '#mechanisms/event-store/index';
import type { CommandEnvelope, SeenEntity } from '#mechanisms/event-store/index';
import { ReactionCompanion, ReactionFeed } from '#mechanisms/reactions/index';
import type { SchemaTopic } from '#mechanisms/schemas/index';
import { catalogueOf } from '#mechanisms/testing/in-memory-catalogue';
import { account } from './account.ts';
import type { AccountCommand, AccountEvent, AccountState } from './account.ts';
import { bank, reactionsOf } from './bank.ts';
import type { Group, Member } from './group.ts';
import type { Attempt, Peek } from './history.ts';
import { SimulatedLog, simulatedSources } from './simulated-log.ts';
import type { Wiring } from './simulated-log.ts';
import type { SimulatedProcess } from './simulated-process.ts';

export const catalogue = catalogueOf(
  ...account.entity.events.declarations,
  account.entity.latest.declaration,
  ...bank.events.declarations,
  bank.latest.declaration,
  ...CONTROL_RECORDS,
);

const schemas = { catalogue, refresh: async () => undefined } as unknown as SchemaTopic;

/** Is told what an instance must never do, and what it does. */
export interface InstanceObserver {
  violated(what: string): void;
  trace(what: () => string): void;
}

/** One process of the command app as far as the mechanisms go: an event store with its reactions and deadlines. */
export class Instance implements Member {
  readonly process: SimulatedProcess;
  leaving = false;
  private assignment: { readonly generation: number; readonly partitions: readonly number[] } | undefined;
  private readonly store: EventStore<AccountState, AccountCommand, AccountEvent>;
  private readonly wiring: Wiring;
  private readonly observer: InstanceObserver;

  private readonly reacting = new Map<number, ReactionCompanion<AccountState, AccountCommand>>();
  private isRedriving = false;

  constructor(partitions: number, group: Group, isMended: () => boolean, wiring: Wiring, observer: InstanceObserver) {
    const { process, random, network } = wiring;
    this.process = process;
    this.wiring = wiring;
    this.observer = observer;
    const sources = simulatedSources(wiring, [bank.events.topic], partitions);
    const onTrouble = () => undefined;
    const reactions = reactionsOf(isMended);
    const feed = new ReactionFeed<AccountCommand>({ reactions, log: sources, schemas, onTrouble, clock: process });
    const logs = Array.from({ length: partitions }, (_, partition) => new SimulatedLog('account', partition, wiring));
    this.store = new EventStore({
      model: account,
      catalogue,
      logs,
      self: { instance: process.name, address: process.name },
      observer: {
        stateChanged: (partition, state, reason) => {
          observer.trace(() => `partition ${partition} ${state}: ${reason}`);
          if (state === 'stopped') observer.violated(`${process.name} stopped partition ${partition}: ${reason}`);
        },
        committed: (partition, commands, events) =>
          observer.trace(() => `partition ${partition} committed ${commands} commands, ${events} events`),
      },
      sources,
      // Without an answer it is not, as far as anybody knows
      isAssigned: async (partition) => {
        const { assignment } = this;
        if (!assignment?.partitions.includes(partition)) return false;
        const confirm = () => group.generation === assignment.generation;
        const isConfirmed = await network.ask(process, confirm).catch(() => false);
        return isConfirmed && this.assignment === assignment;
      },
      companions: (partition) => this.companions(partition, feed, partitions),
      limits: {
        queue: 20,
        batch: { commands: random.between(1, 8), bytes: random.oneOf([3_000, 900_000]) },
        commandTimeoutMs: 800,
        drainMs: 500,
        fencedPauseMs: 150,
        stoppedPauseMs: 1_000,
        retryMs: [20, 100],
      },
      clock: process,
    });
  }

  /** Executes a command in a step of the process, and notes what was answered and when. */
  serve(envelope: CommandEnvelope<AccountCommand>, attempt: Attempt, answered: () => void): void {
    const answer = (given: NonNullable<Attempt['answer']>) => {
      attempt.answer = given;
      attempt.answeredAt = this.wiring.broker.commits;
      answered();
    };
    this.store.execute(envelope).then(
      (receipt) => answer({ receipt }),
      (error: Error) => answer({ error }),
    );
  }

  /** Has it show an account as it knows it. */
  peek(accountId: string, seen: (peek: Peek) => void): void {
    const { process, broker } = this.wiring;
    process.step(0, () => {
      const at = broker.commits;
      const show = ({ version, state }: SeenEntity<AccountState>) =>
        seen({ instance: process.name, accountId, at, version, state });
      void this.store.waitBeyond(accountId, -1, 0).then((entity) => entity && show(entity));
    });
  }

  assigned(generation: number, partitions: readonly number[]): void {
    if (this.leaving || generation < (this.assignment?.generation ?? 0)) return;
    this.observer.trace(() => `is assigned ${partitions.join(' and ') || 'nothing'} in generation ${generation}`);
    this.assignment = { generation, partitions };
    void this.store.assign(partitions);
  }

  /** Whether a client would take it for the owner of an account. */
  serves(accountId: string): boolean {
    return this.store.owns(accountId);
  }

  /** Ends in good order, and then for good. */
  close(): void {
    this.leaving = true;
    this.process.step(0, () => void this.store.close().then(() => this.process.kill()));
  }

  /** Has a person try everything again that is parked here. */
  redrive(): void {
    if (this.isRedriving) return;
    this.isRedriving = true;
    this.process.step(0, () => void this.redriveAll());
  }

  private async redriveAll(): Promise<void> {
    for (const [partition, reacting] of this.reacting) {
      const names = reacting.parked().map(parkedName);
      if (names.length === 0) continue;
      for (const { name, outcome, detail } of (await reacting.handleParked({ kind: 'redrive', names })) ?? [])
        this.observer.trace(() => `partition ${partition} redrove ${name}: ${outcome} ${detail ?? ''}`);
    }
    this.isRedriving = false;
  }

  private companions(partition: number, feed: ReactionFeed<AccountCommand>, partitions: number) {
    const reacting = new ReactionCompanion<AccountState, AccountCommand>(feed, partitions, {
      applied: () => undefined,
      refused: () => undefined,
      parked: (_, error) => this.observer.trace(() => error.message),
      stopped: ({ source }, error) => this.observer.violated(`reactions to ${source} are stopped: ${error.message}`),
    });
    this.reacting.set(partition, reacting);
    const settings = { graceMs: 100, tickMs: 50, jumpMs: 1_000 };
    return [
      reacting,
      new DeadlineCompanion<AccountState, AccountCommand>((state) => account.deadline!(state), reacting, settings),
    ];
  }
}
