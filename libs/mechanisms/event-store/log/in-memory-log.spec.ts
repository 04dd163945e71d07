import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { tallyModel } from '#mechanisms/testing/tally';
import type { TallyCommand, TallyState } from '#mechanisms/testing/tally';
import { waitFor } from '#mechanisms/testing/wait-for';
import type { Receipt } from '../command.ts';
import type { Companion } from '../companion.ts';
import { EventStore } from '../event-store.ts';
import { catalogueIn, command, describeEventStore } from '../event-store.contract.ts';
import { rebuildPartition } from '../ownership/rebuild-partition.ts';
import { InMemoryLog } from './in-memory-log.ts';

describeEventStore('the log in memory', {
  logs: async (entity) => {
    const log = new InMemoryLog();
    return [0, 1].map((partition) => log.partitionOf(entity, partition));
  },
});

describe('event store when the log fails', () => {
  const open = (
    log: InMemoryLog,
    companions: Companion<TallyState, TallyCommand>[] = [],
    isAssigned = async () => true,
  ) => {
    const model = tallyModel('tally');
    const store = new EventStore({
      model,
      catalogue: catalogueIn(model),
      logs: [log.partitionOf('tally', 0)],
      self: { instance: 'one', address: 'http://one' },
      observer: { stateChanged: () => undefined, committed: () => undefined },
      companions: () => companions,
      isAssigned,
      limits: { fencedPauseMs: 5, stoppedPauseMs: 20, retryMs: [5, 5] },
    });
    void store.assign([0]);
    return store;
  };

  const count = async (log: InMemoryLog) =>
    (await Array.fromAsync(log.partitionOf('tally', 0).read('tally-events', 0, 1e9))).flat().length;

  it.each(['not-written', 'unknown-lost', 'unknown-committed'] as const)(
    'gives the one true answer after a commit that is %s, and records the fact once',
    async (fault) => {
      const log = new InMemoryLog();
      const store = open(log);
      const tallyId = randomUUID();
      await store.execute(command(tallyId, { type: 'Open', tallyId, limit: 9 }));
      log.failNext(fault);
      const counted = await store.execute(command(tallyId, { type: 'Count', times: 2 }));
      expect(counted.version).toBe(3);
      expect(await count(log)).toBe(3);
      expect(await store.execute(command(tallyId, { type: 'Count' }))).toMatchObject({ version: 4 });
      await store.close();
    },
  );

  it('settles a lost refusal and a lost keyed command without a fact too', async () => {
    const log = new InMemoryLog();
    const store = open(log);
    const tallyId = randomUUID();
    await store.execute(command(tallyId, { type: 'Open', tallyId, limit: 1 }));
    log.failNext('unknown-committed');
    await expect(store.execute(command(randomUUID(), { type: 'Count' }))).rejects.toMatchObject({
      code: 'TALLY_NOT_FOUND',
    });
    log.failNext('unknown-committed');
    const keyed = command(tallyId, { type: 'Count', times: 0 }, { requestHash: 'h' });
    expect(await store.execute(keyed)).toMatchObject({ version: 1 });
    expect(await count(log)).toBe(1);
    await store.close();
  });

  it('takes over again when the group confirms the partition only after the loss was noticed', async () => {
    const log = new InMemoryLog();
    const answers = [false, false, true];
    const store = open(log, [], async () => answers.shift()!);
    const tallyId = randomUUID();
    await store.execute(command(tallyId, { type: 'Open', tallyId, limit: 9 }));
    await log.partitionOf('tally', 0).open();
    await expect(store.execute(command(tallyId, { type: 'Count' }))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await waitFor(() => store.status()[0]!.state === 'open');
    expect(await store.execute(command(tallyId, { type: 'Count' }))).toMatchObject({ version: 2 });
    await store.close();
  });

  it('notices at the next assignment that another one has had the partition, though nothing is asked of it', async () => {
    const log = new InMemoryLog();
    const store = open(log);
    await waitFor(() => store.status()[0]?.state === 'open');
    await log.partitionOf('tally', 0).open();
    await store.assign([0]);
    const claims = async () =>
      (await Array.fromAsync(log.partitionOf('tally', 0).read('tally-control', 0, 1e9))).flat();
    await waitFor(async () => (await claims()).some(({ producerEpoch }) => producerEpoch === 2));
    await store.close();
  });

  it('drops what the partition asked of itself before a take-over: it is asked for anew afterwards', async () => {
    const log = new InMemoryLog();
    const tallyId = randomUUID();
    const asked: Promise<Receipt>[] = [];
    const asking: Companion<TallyState, TallyCommand> = {
      opened: (partition) => {
        if (asked.length === 0) log.failNext('not-written');
        asked.push(partition.execute(command(tallyId, { type: 'Open', tallyId, limit: 9 })));
      },
      changed: () => undefined,
      closed: () => undefined,
    };
    const store = open(log, [asking]);
    await waitFor(() => asked.length === 2);
    await expect(asked[0]).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await asked[1]).toMatchObject({ version: 1 });
    await store.close();
  });

  it('stops loudly and names the rebuild when the latest records are gone, and goes on after it', async () => {
    const log = new InMemoryLog();
    const first = open(log);
    const tallyId = randomUUID();
    await first.execute(command(tallyId, { type: 'Open', tallyId, limit: 9 }));
    await first.close();
    log.truncate('tally-latest', 0);
    const second = open(log);
    await waitFor(() => second.status()[0]!.state === 'stopped');
    expect(second.status()[0]!.reason).toContain('rebuild-latest tally');
    await expect(second.execute(command(tallyId, { type: 'Count' }))).rejects.toMatchObject({ code: 'UNAVAILABLE' });

    const model = tallyModel('tally');
    // the owner tries again meanwhile, and fences the rebuild when it does
    const rebuilding = () => rebuildPartition(model, catalogueIn(model), log.partitionOf('tally', 0));
    expect(await waitFor(() => rebuilding().catch(() => undefined))).toBe(1);
    await waitFor(() => second.status()[0]!.state === 'open');
    expect(await second.execute(command(tallyId, { type: 'Count' }))).toMatchObject({ version: 2 });
    await second.close();
  });

  it('calls for no rebuild when it was fenced while it read, and what it read is superseded', async () => {
    const log = new InMemoryLog();
    const tallyId = randomUUID();
    const first = open(log);
    await first.execute(command(tallyId, { type: 'Open', tallyId, limit: 9 }));
    await first.close();

    const partition = log.partitionOf('tally', 0);
    const model = tallyModel('tally');
    const states: string[] = [];
    let successor: ReturnType<typeof open> | undefined;
    const supersede = async () => {
      successor = open(log);
      await successor.execute(command(tallyId, { type: 'Count' }));
      log.compact('tally-latest', 0);
    };
    const paused = new EventStore({
      model,
      catalogue: catalogueIn(model),
      logs: [
        {
          ...partition,
          read: async function* (topic, from, to) {
            if (topic === 'tally-latest' && !successor) await supersede();
            yield* partition.read(topic, from, to);
          },
        },
      ],
      self: { instance: 'paused', address: 'http://paused' },
      observer: { stateChanged: (_, state) => states.push(state), committed: () => undefined },
      isAssigned: async () => false,
      limits: { fencedPauseMs: 5, retryMs: [5, 5] },
    });
    void paused.assign([0]);
    await waitFor(() => states.includes('lost') || states.includes('stopped'));
    expect(states).not.toContain('stopped');
    await paused.close();
    await successor!.close();
  });

  it('answers 503 to a command that waited too long for the partition, never 504', async () => {
    const log = new InMemoryLog();
    const partition = log.partitionOf('tally', 0);
    const model = tallyModel('tally');
    const unreachable = { retriable: true };
    const store = new EventStore({
      model,
      catalogue: catalogueIn(model),
      logs: [{ ...partition, open: () => Promise.reject(Object.assign(new Error('no broker'), unreachable)) }],
      self: { instance: 'one', address: 'http://one' },
      observer: { stateChanged: () => undefined, committed: () => undefined },
      limits: { commandTimeoutMs: 50, retryMs: [5, 5], queue: 1, drainMs: 100 },
    });
    void store.assign([0]);
    const waiting = store.execute(command(randomUUID(), { type: 'Count' }));
    await expect(store.execute(command(randomUUID(), { type: 'Count' }))).rejects.toMatchObject({ code: 'OVERLOADED' });
    await expect(waiting).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    await store.close();
  });
});
