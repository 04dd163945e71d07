import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { CONTROL_RECORDS, EventStore } from '#mechanisms/event-store/index';
import type { EventModel } from '#mechanisms/event-store/index';
import { InMemoryLog } from '#mechanisms/event-store/log/in-memory-log';
import type { Fault } from '#mechanisms/event-store/log/in-memory-log';
import type { SchemaTopic } from '#mechanisms/schemas/index';
import { catalogueOf } from '#mechanisms/testing/in-memory-catalogue';
import { tallyModel } from '#mechanisms/testing/tally';
import type { TallyCommand, TallyEvent, TallyState } from '#mechanisms/testing/tally';
import { waitFor } from '#mechanisms/testing/wait-for';
import { reaction } from './reaction.ts';
import { ReactionCompanion } from './reaction-companion.ts';
import { ReactionFeed } from './reaction-feed.ts';

type Store = EventStore<TallyState, TallyCommand, TallyEvent>;

/** The source context counts; the reacting one counts each of its facts, on a tally of the same id. */
const source = tallyModel('source');
const reacting = tallyModel('reacting');
const catalogue = catalogueOf(
  ...source.entity.events.declarations,
  source.entity.latest.declaration,
  ...CONTROL_RECORDS,
);
const SOURCE_EVENTS = source.entity.events.topic;

const reactions = [
  reaction<(typeof source.entity.events.declarations)[number], never, TallyCommand>(
    source.entity,
    'Opened' as never,
    ({ entityId }) => [{ entityId, command: { type: 'Open', tallyId: entityId, limit: 1_000 } }],
  ),
  reaction<(typeof source.entity.events.declarations)[number], never, TallyCommand>(
    source.entity,
    'Counted' as never,
    ({ entityId }) => [{ entityId, command: { type: 'Count' } }],
  ),
];

const ignored = () => undefined;
const stores: Store[] = [];
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.close()));
});

function open(log: InMemoryLog, model: EventModel<TallyState, TallyCommand, TallyEvent>, reacts: boolean): Store {
  const sources = log.sources(reacts ? [SOURCE_EVENTS] : [], 2);
  const feed = new ReactionFeed<TallyCommand>({
    reactions,
    log: sources,
    schemas: { catalogue, refresh: async () => undefined } as unknown as SchemaTopic,
    onTrouble: () => undefined,
  });
  const ignore = { applied: ignored, refused: ignored, parked: ignored, stopped: ignored };
  const store: Store = new EventStore<TallyState, TallyCommand, TallyEvent>({
    model,
    catalogue,
    logs: [0, 1].map((partition) => log.partitionOf(model.entity.name, partition)),
    self: { instance: randomUUID(), address: 'http://test' },
    observer: { stateChanged: () => undefined, committed: () => undefined },
    sources,
    companions: () => (reacts ? [new ReactionCompanion(feed, 2, ignore)] : []),
    limits: { fencedPauseMs: 5, stoppedPauseMs: 20, retryMs: [5, 5] },
  });
  void store.assign([0, 1]);
  stores.push(store);
  return store;
}

const send = (store: Store, entityId: string, command: TallyCommand) => {
  const commandId = randomUUID();
  const origin = { commandId, causationId: commandId, correlationId: 'c', actor: 'test', traceparent: null };
  return store.execute({ entityId, command, ...origin });
};

/** Opens a tally in the source context and counts it up. */
async function count(from: Store, times: number): Promise<string> {
  const id = randomUUID();
  await send(from, id, { type: 'Open', tallyId: id, limit: 1_000 });
  for (let done = 0; done < times; done += 1) await send(from, id, { type: 'Count' });
  return id;
}

const reaches = (store: Store, id: string, expected: number) =>
  waitFor(async () => (await store.waitBeyond(id, Number.MAX_SAFE_INTEGER, 1))?.state?.count === expected);

async function countsInTopic(log: InMemoryLog, id: string): Promise<number> {
  const partitions = [0, 1].map((partition) => log.partitionOf('reacting', partition));
  const records = await Promise.all(
    partitions.map(async (partition) => (await Array.fromAsync(partition.read('reacting-events', 0, 1e9))).flat()),
  );
  return records
    .flat()
    .filter(({ key, headers }) => key?.toString() === id && String(headers['ce_type']).endsWith('Counted')).length;
}

describe('a reaction', () => {
  it('applies every fact once, those before it began as well', async () => {
    const log = new InMemoryLog();
    const from = open(log, source, false);
    const before = await count(from, 3);
    const to = open(log, reacting, true);
    const after = await count(from, 4);
    await reaches(to, before, 3);
    await reaches(to, after, 4);
    expect(await countsInTopic(log, before)).toBe(3);
    expect(await countsInTopic(log, after)).toBe(4);
  });

  it('goes on at its cursor after a restart, and doubles nothing', async () => {
    const log = new InMemoryLog();
    const from = open(log, source, false);
    const first = open(log, reacting, true);
    const id = await count(from, 5);
    await reaches(first, id, 5);
    await first.close();
    await send(from, id, { type: 'Count' });
    await reaches(open(log, reacting, true), id, 6);
    expect(await countsInTopic(log, id)).toBe(6);
  });

  it.each<Fault>(['not-written', 'unknown-lost', 'unknown-committed'])(
    'applies every fact once although commits end %s',
    async (fault) => {
      const log = new InMemoryLog();
      const from = open(log, source, false);
      const to = open(log, reacting, true);
      await waitFor(() => to.status().every(({ state }) => state === 'open'));
      const id = await count(from, 3);
      await reaches(to, id, 3);
      for (let round = 0; round < 5; round += 1) {
        log.failNext(fault);
        await send(from, id, { type: 'Count' });
        await reaches(to, id, 4 + round);
      }
      expect(await countsInTopic(log, id)).toBe(8);
    },
  );

  it('leaves what a zombie began to the owner that fenced it', async () => {
    const log = new InMemoryLog();
    const from = open(log, source, false);
    const zombie = open(log, reacting, true);
    const id = await count(from, 2);
    await reaches(zombie, id, 2);
    const owner = open(log, reacting, true);
    await waitFor(() => owner.status().every(({ state }) => state === 'open'));
    for (let done = 0; done < 10; done += 1) await send(from, id, { type: 'Count' });
    await reaches(owner, id, 12);
    expect(await countsInTopic(log, id)).toBe(12);
  });

  it('stops when the fact at its cursor is not there any more', async () => {
    const log = new InMemoryLog();
    const from = open(log, source, false);
    const first = open(log, reacting, true);
    const id = await count(from, 2);
    await reaches(first, id, 2);
    await first.close();
    await from.close();
    log.truncate(SOURCE_EVENTS, 0);
    log.truncate(SOURCE_EVENTS, 1);
    const second = open(log, reacting, true);
    await waitFor(() =>
      second.status().some(({ state, reason }) => state === 'stopped' && reason.includes('made anew')),
    );
  });

  it('stops when its cursors are lost although it has reacted before', async () => {
    const log = new InMemoryLog();
    const from = open(log, source, false);
    const first = open(log, reacting, true);
    await reaches(first, await count(from, 1), 1);
    await first.close();
    log.forget('reacting-control', (key) => key.startsWith('cursor/'));
    const second = open(log, reacting, true);
    await waitFor(() => second.status().every(({ state, reason }) => state === 'stopped' && reason.includes('lost')));
  });
});
