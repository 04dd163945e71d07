import { EntityCodec } from '#mechanisms/event-store/codec';
import { partitionFor } from '#mechanisms/kafka/index';
import { bank, MISTAKEN, notesOf } from './bank.ts';
import type { BankEvent } from './bank.ts';
import type { Operation, Peek } from './history.ts';
import { catalogue, Instance } from './instance.ts';
import { Group } from './group.ts';
import { Network } from './network.ts';
import { SeededRandom } from '#mechanisms/testing/seeded-random';
import { Scheduler } from './scheduler.ts';
import { SimulatedBroker } from './simulated-broker.ts';
import { EPOCH, SimulatedProcess } from './simulated-process.ts';
import { uuidBy } from './uuid-by.ts';

const MOST_INSTANCES = 3;
const bankCodec = new EntityCodec<BankEvent>(bank, catalogue);

/** A foreign fact, and when it was committed, counted in commits. */
export interface Fact {
  readonly eventId: string;
  readonly accountId: string;
  readonly source: number;
  readonly offset: number;
  readonly commit: number;
  /** What every one of its commands leaves in the account, in order. */
  readonly notes: readonly string[];
  /** Whether it brings the mistake to light. */
  readonly isPoison: boolean;
}

/** Everything that one seed sets up: a broker, instances that compete, another context's facts, and what was done. */
export class World {
  readonly random: SeededRandom;
  readonly scheduler: Scheduler;
  readonly network: Network;
  readonly group: Group;
  readonly broker = new SimulatedBroker();
  readonly partitions: number;
  readonly accounts: readonly string[];
  readonly history: Operation[] = [];
  readonly facts: Fact[] = [];
  readonly peeks: Peek[] = [];
  readonly seenVersions = new Map<string, number>();
  readonly violations: string[] = [];
  readonly instances: Instance[] = [];
  /** Whether no instance's clock has ever jumped. */
  clocksAreTrue = true;
  /** Whether the mistake in the reactions has been found and mended. */
  isMended = false;
  private readonly isMistaken: boolean;
  private readonly onTrace: ((line: string) => void) | undefined;

  constructor(seed: number, onTrace?: (line: string) => void) {
    this.onTrace = onTrace;
    this.random = new SeededRandom(seed);
    this.scheduler = new Scheduler(this.random);
    this.network = new Network(this.scheduler);
    this.partitions = this.random.chance(0.7) ? 1 : 2;
    this.group = new Group(this.partitions, this.random, this.network);
    this.accounts = Array.from({ length: this.random.between(2, 4) }, () => uuidBy(this.random));
    this.isMistaken = this.random.chance(0.3);
    for (let source = 0; source < this.partitions; source += 1) this.broker.init(`bank-${source}`);
  }

  get running(): Instance[] {
    return this.instances.filter(({ process }) => process.alive);
  }

  /** Whom a client sends to: mostly one that takes itself for the owner, sometimes any. */
  instanceFor(accountId: string): Instance | undefined {
    const owners = this.running.filter((instance) => instance.serves(accountId));
    const candidates = owners.length > 0 && this.random.chance(0.7) ? owners : this.running;
    return candidates.length > 0 ? this.random.oneOf(candidates) : undefined;
  }

  startInstance(): void {
    if (this.running.length >= MOST_INSTANCES) return;
    const process = new SimulatedProcess(`instance-${this.instances.length + 1}`, this.scheduler);
    const { broker, network, random } = this;
    const trace = (what: () => string) => this.trace(() => `${process.name} ${what()}`);
    const violated = (what: string) => this.violations.push(what);
    this.trace(() => `${process.name} starts`);
    const isMended = () => this.isMended;
    this.instances.push(
      new Instance(this.partitions, this.group, isMended, { process, broker, network, random }, { trace, violated }),
    );
  }

  /** The other context commits a fact about an account. */
  happen(accountId: string, type: BankEvent['type'], source = this.random.between(0, this.partitions - 1)): void {
    const { broker, random, scheduler } = this;
    const id = `bank-${source}`;
    const eventId = uuidBy(random);
    const isPoison = this.isMistaken && type === 'MoneyArrived' && random.chance(0.4);
    const parts = isPoison ? random.oneOf([MISTAKEN.react, MISTAKEN.decide]) : random.between(1, 2);
    const origin = { commandId: eventId, correlationId: 'simulation', causationId: eventId, actor: 'bank' };
    const meta = { eventId, entityVersion: 1, occurredAt: EPOCH + scheduler.now, traceparent: null, ...origin };
    const record = bankCodec.eventRecord(accountId, meta, { type, accountId, parts });
    broker.begin(id, 0);
    const offset = broker.produce(id, 0, source, { topic: bank.events.topic, records: [record] }, this.facts.length);
    broker.commit(id, 0);
    broker.writeMarkers(id);
    const notes = type === 'MoneyArrived' ? notesOf(eventId, parts) : [];
    this.facts.push({ eventId, accountId, source, offset, commit: broker.commits - 1, notes, isPoison });
  }

  partitionOf(accountId: string): number {
    return partitionFor(accountId, this.partitions);
  }

  trace(line: () => string): void {
    this.onTrace?.(`${String(this.scheduler.now).padStart(6)} ms  ${line()}`);
  }
}
