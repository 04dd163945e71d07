import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { open as openLmdb } from 'lmdb';
import { tallyModel } from '#mechanisms/testing/tally';
import { waitFor } from '#mechanisms/testing/wait-for';
import { EventStore } from '../event-store.ts';
import { catalogueIn, command, describeEventStore } from '../event-store.contract.ts';
import { InMemoryLog } from '../log/in-memory-log.ts';
import { LmdbStore } from './lmdb-store.ts';
import { LocalStores } from './local-stores.ts';

let dir: string;
let told: string[];
let logs: InMemoryLog;
let latestRead: number;
const running: { close(): Promise<void> }[] = [];

const localStores = (cachedEntities = 10) =>
  new LocalStores({ dir, cachedEntities }, (_partition, message) => told.push(message));

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'local-stores-'));
  told = [];
  logs = new InMemoryLog();
  latestRead = 0;
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((store) => store.close()));
  rmSync(dir, { recursive: true, force: true });
});

describeEventStore('the log in memory, with room for two entities over a local store', {
  logs: async (entity) => [0, 1].map((partition) => logs.partitionOf(entity, partition)),
  stores: () => localStores(2),
});

const ids = Array.from({ length: 1_000 }, () => randomUUID());
const opening = (id: string) => command(id, { type: 'Open' as const, tallyId: id, limit: 9 });
const counting = (id: string) => command(id, { type: 'Count' as const });

interface Opening {
  readonly stores?: LocalStores;
  readonly foldVersion?: number;
  readonly deadline?: () => undefined;
}

/** On the one partition of the log, where the latest records that it reads are counted. */
function open({ stores, foldVersion = 1, ...more }: Opening = {}) {
  const log = logs.partitionOf('tally', 0);
  const model = { ...tallyModel('tally', foldVersion), ...more };
  const store = new EventStore({
    model,
    catalogue: catalogueIn(model),
    logs: [
      {
        ...log,
        read: async function* (topic, from, to) {
          for await (const records of log.read(topic, from, to)) {
            if (topic === 'tally-latest') latestRead += records.length;
            yield records;
          }
        },
      },
    ],
    self: { instance: randomUUID(), address: 'http://here' },
    observer: { stateChanged: () => undefined, committed: () => undefined },
    stores,
    limits: { fencedPauseMs: 5, retryMs: [5, 5] },
  });
  void store.assign([0]);
  running.push(store);
  return store;
}

/** Opens a store on the log, with every id in it, and closes it again. */
async function filled(): Promise<void> {
  const store = open({ stores: localStores() });
  await Promise.all(ids.map((id) => store.execute(opening(id))));
  await store.close();
  told = [];
  latestRead = 0;
}

/** The arguments for a Node process that runs a program on the store. */
const inNode = (program: string): string[] => {
  const hook = join(import.meta.dirname, '..', '..', '..', '..', 'swc-hook.mjs');
  const imported = `import { LmdbStore } from '${join(import.meta.dirname, 'lmdb-store.ts')}';`;
  return ['--conditions=source', '--import', hook, '--input-type=module', '--eval', `${imported}\n${program}`];
};

const versionsOf = (store: ReturnType<typeof open>) =>
  Promise.all(ids.map(async (id) => (await store.execute(counting(id))).version));

describe('a local store', () => {
  it('gives the same answers with room for ten of a thousand entities, and knows how many there are', async () => {
    await filled();
    const store = open({ stores: localStores(10) });
    expect(new Set(await versionsOf(store))).toEqual(new Set([2]));
    expect(store.status()[0]).toMatchObject({ entities: 1_000, cached: 10 });
  });

  it('lets a restart read only what came after it', async () => {
    await filled();
    const store = open({ stores: localStores() });
    await store.execute(counting(ids[0]!));
    expect(latestRead).toBe(0);
    expect(told).toEqual([]);
  });

  it('loses against what another owner has written meanwhile', async () => {
    await filled();
    const elsewhere = open();
    await elsewhere.execute(counting(ids[3]!));
    await elsewhere.execute(counting(ids[3]!));
    await elsewhere.close();
    latestRead = 0;
    const back = open({ stores: localStores() });
    expect(await back.execute(counting(ids[3]!))).toMatchObject({ version: 4 });
    expect(latestRead).toBe(2);
  });

  it('does not serve another log, one that was cut, or another program', async () => {
    await filled();
    logs = new InMemoryLog();
    const recreated = open({ stores: localStores() });
    await expect(recreated.execute(counting(ids[0]!))).rejects.toMatchObject({ code: 'TALLY_NOT_FOUND' });
    expect(told.join()).toContain('ahead of the topic');
    await Promise.all(ids.map((id) => recreated.execute(opening(id))));
    await recreated.close();

    logs = new InMemoryLog();
    const before = open();
    for (const chunk of [ids, ids]) await Promise.all(chunk.map((id) => before.execute(opening(id)).catch(() => 0)));
    await before.close();
    const longer = open({ stores: localStores() });
    await longer.execute(counting(ids[0]!));
    expect(told.join()).toContain('another log');
    await longer.close();

    told = [];
    const newer = open({ stores: localStores(), foldVersion: 2 });
    expect(await newer.execute(counting(ids[0]!))).toMatchObject({ version: 3 });
    expect(told.join()).toContain('fold version is 1');
    await newer.close();
    latestRead = 0;
    const again = open({ stores: localStores(), foldVersion: 2 });
    expect(await again.execute(counting(ids[0]!))).toMatchObject({ version: 4 });
    expect(latestRead).toBe(0);
    await again.close();

    const waking = open({ stores: localStores(), foldVersion: 2, deadline: () => undefined });
    await waking.execute(counting(ids[0]!));
    expect(told.join()).toContain('found otherwise now');
  });

  it.each([
    ['overwritten', (file: string) => writeFileSync(file, randomUUID().repeat(10_000))],
    ['emptied', (file: string) => truncateSync(file, 0)],
  ])('is rebuilt from the topic when its file was %s', async (_how, damage) => {
    await filled();
    damage(join(dir, 'tally-0', 'data.mdb'));
    const store = open({ stores: localStores() });
    expect(new Set(await versionsOf(store))).toEqual(new Set([2]));
    expect(latestRead).toBe(1_000);
    await store.close();
    latestRead = 0;
    expect(new Set(await versionsOf(open({ stores: localStores() })))).toEqual(new Set([3]));
    expect(latestRead).toBe(0);
  });

  it('is rebuilt when what it holds of an entity is damaged, and no command meets the damage', async () => {
    await filled();
    const raw = openLmdb({ path: join(dir, 'tally-0'), maxDbs: 3 });
    const entities = raw.openDB<Buffer, string>('entities', { encoding: 'binary' });
    const value = entities.get(ids[7]!)!;
    value[value.length - 1]! ^= 1;
    await entities.put(ids[7]!, value);
    await raw.close();
    const store = open({ stores: localStores() });
    expect(await store.execute(counting(ids[1]!))).toMatchObject({ version: 2 });
    expect(latestRead).toBe(0);
    expect(await store.execute(counting(ids[7]!))).toMatchObject({ version: 2 });
    expect(latestRead).toBe(1_001);
    expect(told[0]).toContain('damaged');
  });

  it('kills at most one process with a file that was cut off', async () => {
    await filled();
    truncateSync(join(dir, 'tally-0', 'data.mdb'), 8_192);
    const size = `console.log(LmdbStore.open(${JSON.stringify(dir)}, 'tally-0').size)`;
    const outcomes = [1, 2].map(() => {
      try {
        return execFileSync(process.execPath, inNode(size), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
      } catch {
        return 'dead';
      }
    });
    expect(outcomes.at(-1)).toBe('0\n');
  });

  it('is removed when the machine stopped under it, and when processes keep dying with it', async () => {
    const marker = join(dir, 'tally-0.open');
    const started = () => LmdbStore.open(dir, 'tally-0')!;
    const write = (store: LmdbStore) => store.write([['a', { value: Buffer.from('a'), active: true }]]);
    const sizeWith = async (left: object) => {
      writeFileSync(marker, JSON.stringify({ ...JSON.parse(whileOpen.toString()), ...left }));
      const store = started();
      const { size } = store;
      write(store);
      await store.close();
      return size;
    };
    const first = started();
    write(first);
    const whileOpen = readFileSync(marker);
    await first.close();
    const second = started();
    expect(second.size).toBe(1);
    await second.close();

    expect(await sizeWith({})).toBe(1);
    expect(await sizeWith({ deaths: 1 })).toBe(1);
    expect(await sizeWith({ deaths: 2 })).toBe(0);
    expect(await sizeWith({ boot: 'another' })).toBe(0);
    expect(await sizeWith({ opening: true })).toBe(0);
  });

  it('is held by one process at a time; another one makes its own', async () => {
    await filled();
    const holder = LmdbStore.open(dir, 'tally-0')!;
    running.push(holder);
    const store = open({ stores: localStores() });
    expect(await store.execute(counting(ids[0]!))).toMatchObject({ version: 2 });
    expect(store.status()[0]).toMatchObject({ entities: 1_000, cached: 10 });
    expect(told[0]).toContain('another process holds');
  });

  it('is done without when there is no place for it', async () => {
    writeFileSync(join(dir, 'file'), '');
    const nowhere = new LocalStores({ dir: join(dir, 'file'), cachedEntities: 1 }, (_, text) => told.push(text));
    const store = open({ stores: nowhere });
    await store.execute(opening(ids[0]!));
    expect(told[0]).toContain('going on in memory');
  });

  it('holds, after kill -9, everything up to the position that it names', async () => {
    const program = `
      const store = LmdbStore.open(${JSON.stringify(dir)}, 'killed');
      for (let round = 1; ; round += 1) {
        const change = { value: Buffer.from(String(round).padEnd(400)), active: round % 2 === 0 };
        const changes = Array.from({ length: 50 }, (_, index) => ['id' + index, change]);
        store.write(changes, { entity: 'e', foldVersion: 1, savedAt: 1, position: { latest: round } });
        if (round === 20) process.stdout.write('going');
        if (round % 10 === 0) await new Promise(setImmediate);
      }`;
    const child = spawn(process.execPath, inNode(program), { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    expect(LmdbStore.open(dir, 'killed')).toBeUndefined();
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    const store = await waitFor(() => LmdbStore.open(dir, 'killed'));
    running.push(store);
    const { latest } = store.header()!.position;
    expect(latest).toBeGreaterThanOrEqual(20);
    const rounds = store.ids('', 100).map((id) => Number(store.get(id)!.toString()));
    expect(rounds).toEqual(Array.from({ length: 50 }, () => latest));
    expect(store.activeIds()).toHaveLength(latest % 2 === 0 ? 50 : 0);
  });

  it('fails a write that the disk refuses, and goes on with the next', () => {
    const program = `
      const store = LmdbStore.open(${JSON.stringify(dir)}, 'full');
      let written = 0;
      let failed = 0;
      for (let round = 0; round < 40; round += 1) {
        const change = { value: Buffer.alloc(1_000), active: false };
        const changes = Array.from({ length: 100 }, (_, index) => [round + 'id' + index, change]);
        try { store.write(changes); written += 1; } catch (error) { failed += Number(error.name === 'StoreFailed'); }
      }
      console.log(JSON.stringify({ all: written + failed, some: written > 0 && failed > 0, size: store.size === written * 100 }));
      await store.close();`;
    const limited = `trap '' XFSZ; ulimit -f 2000; exec "$@"`;
    const node = ['bash', process.execPath, ...inNode(program)];
    const answer = execFileSync('bash', ['-c', limited, ...node], { encoding: 'utf8' });
    expect(JSON.parse(answer)).toEqual({ all: 40, some: true, size: true });
  });
});
