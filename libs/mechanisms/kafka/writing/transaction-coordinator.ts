import type { ClusterClient } from '../connection/cluster-client.ts';
import { CoordinatorLink } from '../connection/coordinator-link.ts';
import { requests } from '../connection/kafkajs-internals.ts';
import { throwIfFailed } from '../connection/protocol-error.ts';
import type { TopicPartition } from '../topics/topic-partition.ts';
import { byTopic, nameOf } from '../topics/topic-partition.ts';

const VERSION = { version: 1 };
const NOT_ATTEMPTED = 55;

/** How a transaction ends. */
export type Outcome = 'commit' | 'abort';

/** The epoch that a transactional id was given. */
export interface ProducerEpoch {
  readonly producerId: string;
  readonly producerEpoch: number;
}

/**
 * The requests to a transactional id's coordinator, one at a time and without retries. The coordinator is looked up
 * once, and again when it said that it is none any more (`forget`) or its connection is gone.
 */
export class TransactionCoordinator {
  readonly #coordinator: CoordinatorLink;
  readonly #transactionalId: string;

  constructor(client: ClusterClient, transactionalId: string) {
    this.#coordinator = new CoordinatorLink(client, 'transaction', transactionalId);
    this.#transactionalId = transactionalId;
  }

  forget(): void {
    this.#coordinator.forget();
  }

  async initProducerId(transactionTimeout: number): Promise<ProducerEpoch> {
    const request = requests.InitProducerId.protocol(VERSION);
    const reply = await this.#coordinator.send(request({ transactionalId: this.#transactionalId, transactionTimeout }));
    throwIfFailed(reply.errorCode, `InitProducerId for ${this.#transactionalId}`);
    return { producerId: reply.producerId, producerEpoch: reply.producerEpoch };
  }

  async addPartitions(producer: ProducerEpoch, partitions: readonly TopicPartition[]) {
    const topics = byTopic(partitions, ({ partition }) => partition);
    const request = requests.AddPartitionsToTxn.protocol(VERSION);
    const reply = await this.#coordinator.send(request({ ...this.#identity(producer), topics }));
    // When one partition is refused, the coordinator does not attempt the others; the refusal is what matters.
    const errors = reply.errors.flatMap(({ topic, partitionErrors }) =>
      partitionErrors.map(({ partition, errorCode }) => ({ name: nameOf({ topic, partition }), errorCode })),
    );
    errors.sort((a, b) => Number(a.errorCode === NOT_ATTEMPTED) - Number(b.errorCode === NOT_ATTEMPTED));
    for (const { name, errorCode } of errors) throwIfFailed(errorCode, `AddPartitionsToTxn with ${name}`);
  }

  async end(producer: ProducerEpoch, outcome: Outcome): Promise<void> {
    const request = requests.EndTxn.protocol(VERSION);
    const transactionResult = outcome === 'commit';
    const reply = await this.#coordinator.send(request({ ...this.#identity(producer), transactionResult }));
    throwIfFailed(reply.errorCode, `EndTxn of ${this.#transactionalId}`);
  }

  #identity({ producerId, producerEpoch }: ProducerEpoch) {
    return { transactionalId: this.#transactionalId, producerId, producerEpoch };
  }
}
