import type { SourceLog } from '#mechanisms/event-store/index';
import { attemptOf } from '#mechanisms/event-store/log/in-memory-log';
import type { PartitionLog, PartitionWriter, TopicRecords } from '#mechanisms/event-store/log/partition-log';
import { WriteFailure } from '#mechanisms/kafka/index';
import type { Attempt, CommittedPartition, FollowedChunk, LogRecord } from '#mechanisms/kafka/index';
import type { SeededRandom } from '#mechanisms/testing/seeded-random';
import type { Network } from './network.ts';
import { Fenced } from './simulated-broker.ts';
import type { SimulatedBroker } from './simulated-broker.ts';
import type { SimulatedProcess } from './simulated-process.ts';

/** How long a reader that is at the end waits before it looks again. */
const POLL_MS = 60;

export interface Wiring {
  readonly process: SimulatedProcess;
  readonly broker: SimulatedBroker;
  readonly network: Network;
  readonly random: SeededRandom;
}

/** The event store's storage port of one process, over the simulated network and broker. */
export class SimulatedLog implements PartitionLog {
  readonly partition: number;
  private readonly id: string;
  private readonly wiring: Wiring;

  constructor(entity: string, partition: number, wiring: Wiring) {
    this.partition = partition;
    this.id = `${entity}-${partition}`;
    this.wiring = wiring;
  }

  async open(): Promise<PartitionWriter> {
    const { id, partition, wiring } = this;
    const epoch = await wiring.network.ask(wiring.process, () => wiring.broker.init(id));
    const sequences = new Map<string, number>();
    let dead = false;
    return {
      commit: async (batch) => {
        const attempt = attemptOf(id, epoch, partition, batch, sequences);
        if (dead) throw new WriteFailure('not-written', false, attempt, 'dead');
        let outcome: 'not-written' | 'unknown' = 'not-written';
        try {
          await this.ask(() => wiring.broker.begin(id, epoch));
          if (dead) throw new Error('closed');
          outcome = 'unknown';
          const committed = await this.produceAll(batch, attempt);
          await this.write(() => this.end(epoch));
          return committed;
        } catch (error) {
          dead = true;
          throw new WriteFailure(outcome, error instanceof Fenced, attempt, error);
        }
      },
      close: async () => {
        dead = true;
      },
    };
  }

  startOffset(): Promise<number> {
    return this.ask(() => 0);
  }

  endOffset(topic: string): Promise<number> {
    return this.ask(() => this.wiring.broker.endOffset(topic, this.partition));
  }

  read(topic: string, from: number, to: number): AsyncIterable<LogRecord[]> {
    return read(this.wiring, topic, this.partition, from, to);
  }

  private end(epoch: number): void {
    const { broker, network } = this.wiring;
    broker.commit(this.id, epoch);
    network.carry(() => broker.writeMarkers(this.id));
  }

  /** Topics are led by different brokers: their requests pass each other on the way. */
  private produceAll(batch: readonly TopicRecords[], attempt: Attempt): Promise<CommittedPartition[]> {
    const { producerId, producerEpoch, partitions } = attempt;
    const { broker } = this.wiring;
    return Promise.all(
      batch.map(async (part, index) => {
        const { topic, partition, firstSequence } = partitions[index]!;
        const produce = () => broker.produce(producerId, producerEpoch, partition, part, firstSequence);
        return { topic, partition, baseOffset: await this.write(produce) };
      }),
    );
  }

  private write<T>(handle: () => T): Promise<T> {
    const { network, process } = this.wiring;
    return network.ask(process, handle, Math.max(network.trouble, network.writeTrouble));
  }

  private ask<T>(handle: () => T): Promise<T> {
    return this.wiring.network.ask(this.wiring.process, handle);
  }
}

/** The topics that are reacted to, as one process reads them. */
export function simulatedSources(wiring: Wiring, topics: readonly string[], partitions: number): SourceLog {
  const { broker, network, process } = wiring;
  return {
    topics,
    partitions,
    endOffset: (topic, partition) => network.ask(process, () => broker.endOffset(topic, partition)),
    read: (topic, partition, from, to) => read(wiring, topic, partition, from, to),
    follow: (topic, partition, from) => follow(wiring, topic, partition, from),
  };
}

async function* read(wiring: Wiring, topic: string, partition: number, from: number, to: number) {
  for (let position = from; position < to;) {
    const { records, nextOffset } = await fetch(wiring, topic, partition, position);
    const wanted = records.filter(({ offset }) => offset < to);
    if (wanted.length > 0) yield wanted;
    if (nextOffset === position) await wiring.process.sleep(POLL_MS);
    position = nextOffset;
  }
}

async function* follow(
  wiring: Wiring,
  topic: string,
  partition: number,
  from: number,
): AsyncGenerator<FollowedChunk, void, void> {
  for (let position = from; ;) {
    const chunk = await fetch(wiring, topic, partition, position);
    yield chunk;
    if (chunk.nextOffset === position) await wiring.process.sleep(POLL_MS);
    position = chunk.nextOffset;
  }
}

function fetch({ network, process, broker, random }: Wiring, topic: string, partition: number, from: number) {
  const most = random.between(1, 20);
  return network.ask(process, () => broker.fetch(topic, partition, from, most));
}
