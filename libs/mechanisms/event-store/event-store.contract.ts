import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LogRecord } from '#mechanisms/kafka/index';
import type { SchemaCatalogue } from '#mechanisms/schemas/index';
import { catalogueOf } from '#mechanisms/testing/in-memory-catalogue';
import { tallyModel } from '#mechanisms/testing/tally';
import type { TallyCommand, TallyEvent, TallyState } from '#mechanisms/testing/tally';
import { waitFor } from '#mechanisms/testing/wait-for';
import { CONTROL_RECORDS, EntityCodec } from './codec.ts';
import type { CommandEnvelope } from './command.ts';
import { EventStore } from './event-store.ts';
import type { LocalStores } from './local-stores.ts';
import type { PartitionLog } from './partition-log.ts';

/** What an implementation of the log gives the suite: the logs of a fresh entity's two partitions. */
export interface LogHarness {
  logs(entity: string): Promise<PartitionLog[]>;
  /** The local stores of the suite's event stores; without, they keep everything in memory. */
  stores?(): LocalStores;
}

/** The behaviour of the event store on any log that keeps the port's promises. */
export function describeEventStore(name: string, harness: LogHarness): void {
  describe(`event store on ${name}`, () => {
    let entityName: string;
    let logs: PartitionLog[];
    let transactions = 0;
    const stores: EventStore<TallyState, TallyCommand, TallyEvent>[] = [];

    const open = ({ foldVersion = 1, instance = randomUUID(), limits = {}, isAssigned = async () => true } = {}) => {
      const model = tallyModel(entityName, foldVersion);
      const store = new EventStore({
        model,
        catalogue: catalogueIn(model),
        logs,
        stores: harness.stores?.(),
        self: { instance, address: `http://${instance}` },
        observer: { stateChanged: () => undefined, committed: () => (transactions += 1) },
        limits: { fencedPauseMs: 50, retryMs: [10, 100], commandTimeoutMs: 5_000, ...limits },
        isAssigned,
      });
      void store.assign(logs.keys());
      stores.push(store);
      return store;
    };

    beforeEach(async () => {
      entityName = `tally${randomUUID().slice(0, 8)}`;
      logs = await harness.logs(entityName);
      transactions = 0;
    });
    afterEach(async () => {
      await Promise.all(stores.splice(0).map((store) => store.close()));
    });

    /**
     * A commit is acknowledged before its records can be read: the markers follow. The next transaction of the partition
     * cannot begin before they are written, so an answered command behind it makes sure of them.
     */
    const readable = async (store: EventStore<TallyState, TallyCommand, TallyEvent>) => {
      const strangers = Array.from({ length: 20 }, () => store.execute(command(randomUUID(), { type: 'Count' })));
      await Promise.allSettled(strangers);
    };

    const facts = async (tallyId: string, store: EventStore<TallyState, TallyCommand, TallyEvent>) => {
      await readable(store);
      const model = tallyModel(entityName);
      const codec = new EntityCodec(model.entity, catalogueIn(model));
      const records = (await Promise.all(logs.map((log) => all(log, model.entity.events.topic)))).flat();
      return records.filter(({ key }) => key?.toString() === tallyId).map((record) => codec.decodeEvent(record));
    };

    it('answers an accepted command with the version and the position of its last fact', async () => {
      const store = open();
      const tallyId = randomUUID();
      const opened = await store.execute(command(tallyId, { type: 'Open', tallyId, limit: 9 }));
      const counted = await store.execute(command(tallyId, { type: 'Count', times: 3 }));
      expect(opened).toMatchObject({ entityId: tallyId, version: 1 });
      expect(counted.version).toBe(4);
      await readable(store);
      const log = logs[counted.position.partition]!;
      const last = (await all(log, counted.position.topic)).at(-1)!;
      expect(last.offset).toBe(counted.position.offset);
    });

    it('records facts with dense versions, their command and the CloudEvents headers', async () => {
      const store = open();
      const tallyId = randomUUID();
      const envelope = command(tallyId, { type: 'Open', tallyId, limit: 9 });
      await store.execute(envelope);
      await store.execute(command(tallyId, { type: 'Count', times: 2 }));
      const recorded = await facts(tallyId, store);
      expect(recorded.map(({ meta }) => meta.entityVersion)).toEqual([1, 2, 3]);
      expect(recorded[0]).toMatchObject({
        event: { type: 'Opened', tallyId, limit: 9 },
        meta: { commandId: envelope.commandId, correlationId: 'c', actor: 'anonymous', schemaVersion: 1 },
      });
      const [record] = (await Promise.all(logs.map((log) => all(log, `${entityName}-events`)))).flat();
      expect(record!.headers['ce_id']!.toString()).toBe(recorded[0]!.meta.eventId);
      expect(record!.headers['ce_type']!.toString()).toBe('factstream.testing.Opened');
    });

    it('refuses by the domain without a fact', async () => {
      const store = open();
      const tallyId = randomUUID();
      await expect(store.execute(command(tallyId, { type: 'Count' }))).rejects.toMatchObject({
        code: 'TALLY_NOT_FOUND',
      });
      await store.execute(command(tallyId, { type: 'Open', tallyId, limit: 1 }));
      await store.execute(command(tallyId, { type: 'Count' }));
      await expect(store.execute(command(tallyId, { type: 'Count' }))).rejects.toMatchObject({ code: 'TALLY_FULL' });
      expect(await facts(tallyId, store)).toHaveLength(2);
    });

    it('answers a command that changes nothing with the same version', async () => {
      const store = open();
      const tallyId = randomUUID();
      const opened = await store.execute(command(tallyId, { type: 'Open', tallyId, limit: 1 }));
      const unchanged = await store.execute(command(tallyId, { type: 'Count', times: 0 }));
      expect(unchanged).toEqual(opened);
    });

    it('lets exactly one of many writers at one version through', async () => {
      const store = open();
      const tallyId = randomUUID();
      await store.execute(command(tallyId, { type: 'Open', tallyId, limit: 100 }));
      const writers = Array.from({ length: 25 }, () =>
        store.execute(command(tallyId, { type: 'Count' }, { expectedVersion: 1 })),
      );
      const outcomes = await Promise.allSettled(writers);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') {
          expect(outcome.reason).toMatchObject({ code: 'VERSION_MISMATCH', currentVersion: 2 });
        }
      }
      expect(await facts(tallyId, store)).toHaveLength(2);
    });

    it('demands only existence of the version `any`, and refuses an unknown entity by the domain first', async () => {
      const store = open();
      const tallyId = randomUUID();
      const anyVersion = { expectedVersion: 'any' as const };
      await expect(store.execute(command(tallyId, { type: 'Count' }, anyVersion))).rejects.toMatchObject({
        code: 'TALLY_NOT_FOUND',
      });
      await expect(
        store.execute(command(tallyId, { type: 'Open', tallyId, limit: 1 }, anyVersion)),
      ).rejects.toMatchObject({ code: 'VERSION_MISMATCH', currentVersion: 0 });
      await store.execute(command(tallyId, { type: 'Open', tallyId, limit: 1 }));
      expect(await store.execute(command(tallyId, { type: 'Count' }, anyVersion))).toMatchObject({ version: 2 });
    });

    it('executes a keyed command once, however often and however concurrently it comes', async () => {
      const store = open();
      const tallyId = randomUUID();
      await store.execute(command(tallyId, { type: 'Open', tallyId, limit: 100 }));
      const keyed = command(tallyId, { type: 'Count' }, { requestHash: 'h' });
      const answers = await Promise.all(Array.from({ length: 20 }, () => store.execute(keyed)));
      expect(new Set(answers.map(({ version }) => version))).toEqual(new Set([2]));
      await store.execute(command(tallyId, { type: 'Count' }));
      expect(await store.execute({ ...keyed, expectedVersion: 1 })).toMatchObject({ version: 2 });
      expect(await facts(tallyId, store)).toHaveLength(3);
    });

    it('refuses a key that was used for another request', async () => {
      const store = open();
      const tallyId = randomUUID();
      const keyed = command(tallyId, { type: 'Open', tallyId, limit: 5 }, { requestHash: 'one' });
      await store.execute(keyed);
      await expect(store.execute({ ...keyed, requestHash: 'two' })).rejects.toMatchObject({
        code: 'IDEMPOTENCY_KEY_REUSED',
      });
    });

    it('does not remember a refusal', async () => {
      const store = open();
      const tallyId = randomUUID();
      const keyed = command(tallyId, { type: 'Count' }, { requestHash: 'h' });
      await expect(store.execute(keyed)).rejects.toMatchObject({ code: 'TALLY_NOT_FOUND' });
      await store.execute(command(tallyId, { type: 'Open', tallyId, limit: 5 }));
      expect(await store.execute(keyed)).toMatchObject({ version: 2 });
    });

    it('remembers a bounded number of keys and never forgets the creating one', async () => {
      const store = open();
      const tallyId = randomUUID();
      const creating = command(tallyId, { type: 'Open', tallyId, limit: 1_000 }, { requestHash: 'h' });
      await store.execute(creating);
      const keyed = () => store.execute(command(tallyId, { type: 'Count' }, { requestHash: 'h' }));
      await Promise.all(Array.from({ length: 99 }, keyed));
      await expect(keyed()).rejects.toMatchObject({ code: 'TOO_MANY_IDEMPOTENCY_KEYS' });
      expect(await store.execute(creating)).toMatchObject({ version: 1 });
      expect(await store.execute(command(tallyId, { type: 'Count' }))).toMatchObject({ version: 101 });
    });

    it('refuses a command that is too large alone; its neighbours pass', async () => {
      const store = open();
      const tallyId = randomUUID();
      await store.execute(command(tallyId, { type: 'Open', tallyId, limit: 1_000 }));
      const [before, tooLarge, after] = await Promise.allSettled([
        store.execute(command(tallyId, { type: 'Count' })),
        store.execute(command(tallyId, { type: 'Count', note: 'x'.repeat(950_000) })),
        store.execute(command(tallyId, { type: 'Count' })),
      ]);
      expect(before).toMatchObject({ status: 'fulfilled', value: { version: 2 } });
      expect(tooLarge).toMatchObject({ status: 'rejected', reason: { code: 'COMMAND_TOO_LARGE' } });
      expect(after).toMatchObject({ status: 'fulfilled', value: { version: 3 } });
    });

    it('spreads commands that do not fit into one transaction over several', async () => {
      const store = open({ limits: { batch: { commands: 10, bytes: 20_000 } } });
      const tallyId = randomUUID();
      await store.execute(command(tallyId, { type: 'Open', tallyId, limit: 1_000 }));
      const answers = await Promise.all(
        Array.from({ length: 30 }, () => store.execute(command(tallyId, { type: 'Count', note: 'x'.repeat(5_000) }))),
      );
      expect(answers.map(({ version }) => version)).toEqual(Array.from({ length: 30 }, (_, index) => index + 2));
    });

    it('takes a thousand facts of one command, and ten thousand of one entity', async () => {
      const store = open();
      const tallyId = randomUUID();
      await store.execute(command(tallyId, { type: 'Open', tallyId, limit: 10_000 }));
      for (let version = 1; version < 10_000; version += 1_000) {
        const counted = await store.execute(command(tallyId, { type: 'Count', times: 1_000 }));
        expect(counted.version).toBe(version + 1_000);
      }
      await expect(store.execute(command(tallyId, { type: 'Count' }))).rejects.toMatchObject({ code: 'TALLY_FULL' });
      await store.close();
      const next = open();
      expect(await next.execute(command(tallyId, { type: 'Count', times: 0 }))).toMatchObject({ version: 10_001 });
      expect((await facts(tallyId, next)).map(({ meta }) => meta.entityVersion)).toEqual(
        Array.from({ length: 10_001 }, (_, index) => index + 1),
      );
    });

    it('takes a fact that just fits into a transaction, refuses one that does not, and goes on', async () => {
      const store = open({ limits: { batch: { commands: 500, bytes: 900_000 } } });
      const tallyId = randomUUID();
      await store.execute(command(tallyId, { type: 'Open', tallyId, limit: 9 }));
      const large = 'x'.repeat(850_000);
      expect(await store.execute(command(tallyId, { type: 'Count', note: large }))).toMatchObject({ version: 2 });
      const larger = 'x'.repeat(900_001);
      await expect(store.execute(command(tallyId, { type: 'Count', note: larger }))).rejects.toMatchObject({
        code: 'COMMAND_TOO_LARGE',
      });
      expect(await store.execute(command(tallyId, { type: 'Count' }))).toMatchObject({ version: 3 });
    });

    it('carries the commands that gather during a transaction in one', async () => {
      const store = open();
      await waitFor(() => store.status().every(({ state }) => state === 'open'));
      const ids = Array.from({ length: 200 }, () => randomUUID());
      await Promise.all(ids.map((id) => store.execute(command(id, { type: 'Open', tallyId: id, limit: 1 }))));
      expect(transactions).toBeLessThan(20);
    });

    it('answers a command that can wait, also when no other comes', async () => {
      const store = open();
      const tallyId = randomUUID();
      const opened = await store.execute(command(tallyId, { type: 'Open', tallyId, limit: 9 }, { canWait: true }));
      expect(opened.version).toBe(1);
    });

    it('goes on where an earlier owner ended, with its remembered keys', async () => {
      const first = open();
      const tallyId = randomUUID();
      const keyed = command(tallyId, { type: 'Open', tallyId, limit: 9 }, { requestHash: 'h' });
      const opened = await first.execute(keyed);
      await first.execute(command(tallyId, { type: 'Count' }));
      await first.close();
      const second = open();
      expect(await second.execute(keyed)).toMatchObject({ version: opened.version });
      expect(await second.execute(command(tallyId, { type: 'Count' }))).toMatchObject({ version: 3 });
    });

    it('answers a repeated command with the last fact’s position, also after a take-over', async () => {
      const first = open();
      const tallyId = randomUUID();
      await first.execute(command(tallyId, { type: 'Open', tallyId, limit: 9 }));
      const keyed = command(tallyId, { type: 'Count', times: 0 }, { requestHash: 'h' });
      const before = await first.execute(keyed);
      await first.close();
      expect(await open().execute(keyed)).toEqual(before);
    });

    it('lets a fenced owner write and answer nothing', async () => {
      const zombie = open({ isAssigned: async () => false });
      const tallyId = randomUUID();
      await zombie.execute(command(tallyId, { type: 'Open', tallyId, limit: 9 }));
      const owner = open();
      await owner.execute(command(tallyId, { type: 'Count' }));
      await expect(zombie.execute(command(tallyId, { type: 'Count' }))).rejects.toMatchObject({ name: 'NotOwner' });
      await expect(zombie.execute(command(randomUUID(), { type: 'Count' }))).rejects.toBeDefined();
      expect(await facts(tallyId, owner)).toHaveLength(2);
      const { partition } = (await owner.execute(command(tallyId, { type: 'Count' }))).position;
      expect(zombie.status()[partition]!.state).toBe('lost');
      await zombie.assign(logs.keys());
      expect(await zombie.execute(command(tallyId, { type: 'Count' }))).toMatchObject({ version: 4 });
    });

    it('takes over again when it was fenced though the partition is its own', async () => {
      const owner = open();
      const tallyId = randomUUID();
      const { position } = await owner.execute(command(tallyId, { type: 'Open', tallyId, limit: 9 }));
      await (await logs[position.partition]!.open()).close();
      expect(await owner.execute(command(tallyId, { type: 'Count' }))).toMatchObject({ version: 2 });
    });

    it('lets go of a partition after answering, and serves the others on', async () => {
      const store = open();
      const ids = await Promise.all(
        Array.from({ length: 8 }, async () => {
          const tallyId = randomUUID();
          await store.execute(command(tallyId, { type: 'Open', tallyId, limit: 9 }));
          return tallyId;
        }),
      );
      const staying = ids.filter((id) => store.partitionOf(id) === 0);
      const moving = ids.filter((id) => store.partitionOf(id) === 1);
      const accepted = moving.map((id) => store.execute(command(id, { type: 'Count' })));
      const waiting = moving.map((id) => store.waitBeyond(id, 9, 60_000));
      const gone = store.assign([0]);
      expect(store.held()).toEqual([0, 1]);
      for (const id of moving) {
        await expect(store.execute(command(id, { type: 'Count' }))).rejects.toMatchObject({ name: 'NotOwner' });
      }
      for (const id of staying) {
        expect(await store.execute(command(id, { type: 'Count' }))).toMatchObject({ version: 2 });
      }
      for (const one of accepted) expect(await one).toMatchObject({ version: 2 });
      await Promise.all(waiting);
      await gone;
      expect(store.held()).toEqual([0]);
      const other = open();
      for (const id of moving) {
        expect(await other.execute(command(id, { type: 'Count' }))).toMatchObject({ version: 3 });
      }
    });

    it('keeps the latest record equal to the fold of the facts', async () => {
      const store = open();
      const ids = Array.from({ length: 20 }, () => randomUUID());
      await Promise.all(
        ids.flatMap((id, index) => [
          store.execute(command(id, { type: 'Open', tallyId: id, limit: 50 })),
          store.execute(command(id, { type: 'Count', times: index })),
        ]),
      );
      await readable(store);
      const model = tallyModel(entityName);
      const codec = new EntityCodec(model.entity, catalogueIn(model));
      const latest = (await Promise.all(logs.map((log) => all(log, model.entity.latest.topic)))).flat();
      for (const [index, id] of ids.entries()) {
        const { meta, fields } = codec.decodeLatest(latest.findLast(({ key }) => key?.toString() === id)!);
        expect(meta).toMatchObject({ entityVersion: index + 1, foldVersion: 1 });
        expect(fields['count']).toBe(index);
      }
    });

    it('folds every fact anew for a higher fold version and keeps the remembered keys', async () => {
      const first = open();
      const tallyId = randomUUID();
      const keyed = command(tallyId, { type: 'Open', tallyId, limit: 9 }, { requestHash: 'h' });
      await first.execute(keyed);
      await first.close();
      const second = open({ foldVersion: 2 });
      const { version, position } = await second.execute(keyed);
      expect(version).toBe(1);
      expect(await second.execute(command(tallyId, { type: 'Count' }))).toMatchObject({ version: 2 });
      await second.close();
      const older = open({ foldVersion: 1 });
      await waitFor(() => older.status()[position.partition]!.state === 'stopped');
    });

    it('resolves a wait when a commit brings the entity beyond a version, or as it is when time is up', async () => {
      const store = open();
      const tallyId = randomUUID();
      await store.execute(command(tallyId, { type: 'Open', tallyId, limit: 9 }));
      const waiting = store.waitBeyond(tallyId, 1, 5_000);
      const { position } = await store.execute(command(tallyId, { type: 'Count' }));
      expect(await waiting).toMatchObject({ version: 2, position });
      expect(await store.waitBeyond(tallyId, 2, 1)).toMatchObject({ version: 2 });
    });

    it('answers what was accepted before it closes, and refuses what comes after', async () => {
      const store = open();
      const tallyId = randomUUID();
      await store.execute(command(tallyId, { type: 'Open', tallyId, limit: 9 }));
      const counting = store.execute(command(tallyId, { type: 'Count' }));
      const closing = store.close();
      await expect(store.execute(command(tallyId, { type: 'Count' }))).rejects.toMatchObject({ name: 'NotOwner' });
      expect(await counting).toMatchObject({ version: 2 });
      await closing;
    });
  });
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

async function all(log: PartitionLog, topic: string): Promise<LogRecord[]> {
  const chunks = await Array.fromAsync(log.read(topic, await log.startOffset(topic), await log.endOffset(topic)));
  return chunks.flat();
}
