import { randomUUID } from 'node:crypto';
import type { LogRecord } from '#mechanisms/kafka/index';
import type { SchemaCatalogue } from '#mechanisms/schemas/index';
import { catalogueOf } from '#mechanisms/testing/in-memory-catalogue';
import { tallyModel } from '#mechanisms/testing/tally';
import type { TallyCommand, TallyEvent, TallyState } from '#mechanisms/testing/tally';
import { CONTROL_RECORDS, EntityCodec } from '../codec.ts';
import type { CommandEnvelope } from '../command.ts';
import { EventStore } from '../event-store.ts';
import type { LocalStores } from '../image/local-stores.ts';
import type { PartitionLog } from '../log/partition-log.ts';

/** What an implementation of the log gives the suite: the logs of a fresh entity's two partitions. */
export interface LogHarness {
  logs(entity: string): Promise<PartitionLog[]>;
  /** The local stores of the suite's event stores; without, they keep everything in memory. */
  stores?(): LocalStores;
}

type TallyStore = EventStore<TallyState, TallyCommand, TallyEvent>;

/** Opens event stores on the two partitions of a fresh entity, and looks at what they write. */
export class ContractStage {
  entityName = '';
  logs: readonly PartitionLog[] = [];
  /** How many its stores have committed. */
  transactions = 0;
  private readonly harness: LogHarness;
  private readonly stores: TallyStore[] = [];

  constructor(harness: LogHarness) {
    this.harness = harness;
  }

  async begin(): Promise<void> {
    this.entityName = `tally${randomUUID().slice(0, 8)}`;
    this.logs = await this.harness.logs(this.entityName);
    this.transactions = 0;
  }

  async end(): Promise<void> {
    await Promise.all(this.stores.splice(0).map((store) => store.close()));
  }

  open({ foldVersion = 1, instance = randomUUID(), limits = {}, isAssigned = async () => true } = {}): TallyStore {
    const model = tallyModel(this.entityName, foldVersion);
    const store = new EventStore({
      model,
      catalogue: catalogueIn(model),
      logs: this.logs,
      stores: this.harness.stores?.(),
      self: { instance, address: `http://${instance}` },
      observer: { stateChanged: () => undefined, committed: () => (this.transactions += 1) },
      limits: { fencedPauseMs: 50, retryMs: [10, 100], commandTimeoutMs: 5_000, ...limits },
      isAssigned,
    });
    void store.assign(this.logs.keys());
    this.stores.push(store);
    return store;
  }

  /**
   * A commit is acknowledged before its records can be read: the markers follow. The next transaction of the partition
   * cannot begin before they are written, so an answered command behind it makes sure of them.
   */
  async readable(store: TallyStore): Promise<void> {
    const strangers = Array.from({ length: 20 }, () => store.execute(command(randomUUID(), { type: 'Count' })));
    await Promise.allSettled(strangers);
  }

  async facts(tallyId: string, store: TallyStore) {
    await this.readable(store);
    const model = tallyModel(this.entityName);
    const codec = new EntityCodec(model.entity, catalogueIn(model));
    const records = (await Promise.all(this.logs.map((log) => allOf(log, model.entity.events.topic)))).flat();
    return records.filter(({ key }) => key?.toString() === tallyId).map((record) => codec.decodeEvent(record));
  }
}

/** An envelope with a new command id. */
export const command = (
  entityId: string,
  payload: TallyCommand,
  more: Partial<CommandEnvelope<TallyCommand>> = {},
): CommandEnvelope<TallyCommand> => {
  const commandId = randomUUID();
  const { traceparent = null, actor = 'anonymous', correlationId = 'c' } = more;
  return { entityId, command: payload, commandId, causationId: commandId, correlationId, actor, traceparent, ...more };
};

export const catalogueIn = ({ entity }: ReturnType<typeof tallyModel>): SchemaCatalogue =>
  catalogueOf(...entity.events.declarations, entity.latest.declaration, ...CONTROL_RECORDS);

/** Every record of a topic that can be read. */
export async function allOf(log: PartitionLog, topic: string): Promise<LogRecord[]> {
  const chunks = await Array.fromAsync(log.read(topic, await log.startOffset(topic), await log.endOffset(topic)));
  return chunks.flat();
}
