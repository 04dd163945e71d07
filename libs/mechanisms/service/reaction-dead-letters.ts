import { setTimeout as delay } from 'node:timers/promises';
import type {
  DeadLetter,
  DeadLetterFilter,
  DeadLetterRecord,
  DeadLetters,
  Discarded,
  Discarding,
  Redriven,
} from '#mechanisms/dead-letters/index';
import { bytesOf, KafkaPartitionLog, parkedIn, parkedName } from '#mechanisms/event-store/index';
import { PartitionReader } from '#mechanisms/kafka/index';
import type { KafkaConnection } from '#mechanisms/kafka/index';
import type { ParkedOutcome, ParkedRequest } from '#mechanisms/reactions/index';
import type { Entity, SchemaTopic } from '#mechanisms/schemas/index';
import { findOwners } from './instances/find-owners.ts';
import { PeerClient } from './instances/peer-client.ts';
import { isWanted, lettersOf, redrivenBy } from './parked-letters.ts';
import type { ParkedLetter } from './parked-letters.ts';

/** For as long a partition may be on its way from one instance to another. */
const ATTEMPTS = 10;
const RETRY_MS = 1_000;

export interface ReactionDeadLettersParts {
  readonly entity: Entity;
  readonly kafka: KafkaConnection;
  readonly schemas: SchemaTopic;
  readonly partitions: number;
}

/**
 * The facts that one command app's reactions have parked. They are read from its control topic, so also while it does not
 * run; what is to be done about them, the owners of their partitions are asked to do.
 */
export class ReactionDeadLetters implements DeadLetters {
  private readonly parts: ReactionDeadLettersParts;
  private readonly app: string;
  private readonly reader: PartitionReader;

  constructor(parts: ReactionDeadLettersParts) {
    this.parts = parts;
    this.app = `${parts.entity.name}-command`;
    this.reader = new PartitionReader(parts.kafka);
  }

  async *list(filter: DeadLetterFilter): AsyncGenerator<DeadLetter> {
    for (const found of await this.find(filter)) yield found.letter;
  }

  async *show(filter: DeadLetterFilter): AsyncGenerator<DeadLetterRecord> {
    for (const { letter } of await this.find(filter)) {
      const { topic, partition, offset } = letter;
      for await (const [record] of this.reader.read(topic, partition, offset, offset + 1)) {
        if (record) yield { ...letter, ...bytesOf(record), timestamp: record.timestamp };
      }
    }
  }

  async *redrive(filter: DeadLetterFilter, dryRun: boolean): AsyncGenerator<Redriven> {
    const all = await this.all();
    const wanted = all.filter((letter) => isWanted(letter, filter));
    const outcomes = await this.handle(wanted, (names) => ({ kind: 'redrive', names, dryRun }));
    yield* redrivenBy(all, outcomes);
  }

  async *discard(filter: DeadLetterFilter, { by, reason }: Discarding, dryRun: boolean): AsyncGenerator<Discarded> {
    const wanted = (await this.find(filter)).filter(({ letter }) => letter.behindOffset === null);
    if (!dryRun) await this.handle(wanted, (names) => ({ kind: 'discard', names, by, reason }));
    const given = new Set(wanted.map(({ id }) => id));
    const left = (await this.all()).filter(({ id }) => !given.has(id));
    for (const { letter } of wanted) {
      const isBehind = (other: ParkedLetter) =>
        letter.entity !== null && other.letter.entity === letter.entity && other.letter.topic === letter.topic;
      yield { letter, left: left.filter(isBehind).length };
    }
  }

  private async find(filter: DeadLetterFilter): Promise<ParkedLetter[]> {
    return (await this.all()).filter((letter) => isWanted(letter, filter));
  }

  private async all(): Promise<ParkedLetter[]> {
    const { entity, kafka, schemas, partitions } = this.parts;
    await schemas.refresh();
    const parked = await Promise.all(
      Array.from({ length: partitions }, async (_, partition) => {
        const facts = await parkedIn(entity, schemas.catalogue, new KafkaPartitionLog(kafka, entity, partition));
        return facts.map((fact) => ({ partition, fact }));
      }),
    );
    return lettersOf(`${this.app}.reactions`, parked.flat());
  }

  /** One partition after another; a fact that several have parked is handled in each. */
  private async handle(
    letters: readonly ParkedLetter[],
    requestFor: (names: string[]) => ParkedRequest,
  ): Promise<ParkedOutcome[]> {
    const byPartition = Map.groupBy(
      letters.flatMap(({ parked }) => parked),
      ({ partition }) => partition,
    );
    const peers = new PeerClient<never>(this.parts.entity.name);
    try {
      const outcomes: ParkedOutcome[] = [];
      for (const [partition, parked] of byPartition) {
        const request = requestFor(parked.map(({ fact }) => parkedName(fact)));
        outcomes.push(...(await this.ask(peers, partition, request)));
      }
      return outcomes;
    } finally {
      peers.close();
    }
  }

  private async ask(
    peers: PeerClient<never>,
    partition: number,
    request: ParkedRequest,
  ): Promise<readonly ParkedOutcome[]> {
    for (let attempt = 1; ; attempt += 1) {
      const owner = (await findOwners(this.parts.kafka, `${this.app}.owners`))(partition);
      try {
        if (!owner) throw new Error(`No instance of ${this.app} owns partition ${partition}: does it run?`);
        return await peers.handleParked(owner, partition, request);
      } catch (error) {
        const mayPass = !owner || (error as Error).name === 'NotOwner';
        if (!mayPass || attempt === ATTEMPTS) throw error;
        await delay(RETRY_MS);
      }
    }
  }
}
