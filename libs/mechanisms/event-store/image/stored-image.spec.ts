import { expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Clock } from '../clock.ts';
import { systemClock } from '../clock.ts';
import { EntityCache } from './entity-cache.ts';
import { StoreFailed } from './entity-store.ts';
import type { EntityStore, StoredChange, StoreHeader } from './entity-store.ts';
import type { EntityImage, ImageChange } from './image.ts';
import { StoredImage } from './stored-image.ts';

/** A store whose content survives its users, with faults on demand. */
class FakeStore implements EntityStore {
  readonly values = new Map<string, StoredChange>();
  saved: StoreHeader | undefined;
  failsToWrite = false;
  failsToRead = false;
  discarded = false;

  get size() {
    return this.values.size;
  }

  has = (id: string) => this.values.has(id);
  ids = (after: string, limit: number) =>
    [...this.values.keys()]
      .sort()
      .filter((id) => id > after)
      .slice(0, limit);
  activeIds = () => [...this.values].filter(([, { active }]) => active).map(([id]) => id);
  header = () => this.saved;

  get(id: string): Buffer | undefined {
    if (this.failsToRead) throw new StoreFailed('unreadable');
    return this.values.get(id)?.value ?? undefined;
  }

  write(changes: readonly (readonly [string, StoredChange])[], header?: StoreHeader): void {
    if (this.failsToWrite) throw new StoreFailed('disk full');
    for (const [id, change] of changes) {
      if (change.value) this.values.set(id, change);
      else this.values.delete(id);
    }
    this.saved = header ?? this.saved;
  }

  async clear() {
    this.values.clear();
    this.saved = undefined;
  }

  async close() {}

  async discard() {
    this.discarded = true;
    await this.clear();
  }
}

/** Time passes when the test says so; a turn of the event loop is one, in which the test may act. */
class HandClock implements Clock {
  now = () => 1;
  monotonic = () => 1;
  every: Clock['every'] = (...args) => systemClock.every(...args);
  sleep: Clock['sleep'] = (duration) => systemClock.sleep(duration);
  onTurn = () => {};
  private due: (() => void) | undefined;

  after(_duration: number, callback: () => void) {
    this.due = callback;
    return () => (this.due = undefined);
  }

  async turn() {
    this.onTurn();
    await systemClock.turn();
  }

  async pass() {
    const { due } = this;
    this.due = undefined;
    due?.();
    for (let turns = 0; turns < 12; turns += 1) await systemClock.turn();
  }
}

const entity = (count: number): EntityImage<number> => ({ state: count, version: count, clientKeys: [] });
const isActive = (count: number) => count % 3 === 0 && count > 0;
const changeOf = ([entityId, count]: readonly [string, number]): ImageChange<number> =>
  count === 0
    ? { entityId, entity: undefined }
    : { entityId, entity: entity(count), value: Buffer.from(String(count)) };

const imageOver = (store: EntityStore, limit: number, clock: Clock, told: string[] = []) =>
  new StoredImage<number>({
    store,
    clock,
    cache: new EntityCache(limit),
    initialState: 0,
    decode: (value) => entity(Number(value)),
    isActive,
    about: { entity: 'count', foldVersion: 1, activity: '' },
    onTrouble: ({ message }) => told.push(message),
  });

const at = (latest: number) => ({ latest, event: { offset: latest, id: `event ${latest}` } });

function expectEqual(image: StoredImage<number>, model: ReadonlyMap<string, number>, ids: readonly string[]): void {
  const known = [...model].filter(([, count]) => count > 0);
  const active = known.filter(([, count]) => isActive(count)).map(([id, count]) => [id, entity(count)] as const);
  for (const id of ids) expect(image.get(id)).toEqual(entity(model.get(id) ?? 0));
  expect(image.size).toBe(known.length);
  expect([...image.ids()].sort()).toEqual(known.map(([id]) => id).sort());
  expect(new Map(image.active())).toEqual(new Map(active));
}

const IDS = Array.from({ length: 12 }, (_, index) => `id${index}`);
const commit = fc.uniqueArray(fc.tuple(fc.constantFrom(...IDS), fc.nat({ max: 9 })), { selector: ([id]) => id });
const step = fc.oneof(
  commit.map((changes) => ({ kind: 'commit' as const, changes })),
  fc.constantFrom(...(['pass', 'close', 'crash', 'fail', 'heal'] as const)).map((kind) => ({ kind, changes: [] })),
);

it('equals a plain map, whatever is committed, evicted, written behind, closed, or lost in a crash', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.integer({ min: 1, max: 4 }), async (steps, limit) => {
      const store = new FakeStore();
      const model = new Map<string, number>();
      const log: (readonly (readonly [string, number])[])[] = [];
      let clock = new HandClock();
      let image = imageOver(store, limit, clock);
      for (const { kind, changes } of steps) {
        if (kind === 'fail') store.failsToWrite = true;
        if (kind === 'heal') store.failsToWrite = false;
        if (kind === 'pass') await clock.pass();
        if (kind === 'commit') {
          for (const [id, count] of changes) model.set(id, count);
          log.push(changes);
          image.merge(changes.map(changeOf), at(log.length));
        }
        if (kind === 'close' || kind === 'crash') {
          if (kind === 'close') await image.close();
          store.failsToWrite = false;
          clock = new HandClock();
          image = imageOver(store, limit, clock);
          for (const delta of log.slice(image.position?.latest ?? 0)) await image.load(delta.map(changeOf));
          image.merge([], at(log.length));
        }
        expectEqual(image, model, IDS);
        expect(image.cached).toBeLessThanOrEqual(limit);
      }
    }),
    { numRuns: 50 },
  );
});

it('shows a commit that falls between two slices of writing, and writes no position before its entities', async () => {
  const store = new FakeStore();
  const clock = new HandClock();
  const image = imageOver(store, 1, clock);
  const model = new Map(Array.from({ length: 1_000 }, (_, index) => [`id${index}`, 1]));
  image.merge([...model].map(changeOf), at(1));
  let turns = 0;
  clock.onTurn = () => {
    turns += 1;
    expect(store.saved).toBeUndefined();
    model.set('id0', turns + 1).set('id999', turns + 1);
    image.merge([['id0', turns + 1] as const, ['id999', turns + 1] as const].map(changeOf), at(turns + 1));
    expectEqual(image, model, ['id0', 'id1', 'id500', 'id999']);
  };
  await clock.pass();
  expect(turns).toBe(4);
  expect(store.saved).toMatchObject({ position: { latest: 1 } });
  clock.onTurn = () => {};
  await clock.pass();
  expect(store.saved).toMatchObject({ position: { latest: 5 } });
  expectEqual(image, model, ['id0', 'id1', 'id500', 'id999']);
});

it('keeps what it cannot write in memory, tells so once, and writes it when it can again', async () => {
  const [store, clock, told] = [new FakeStore(), new HandClock(), [] as string[]];
  const image = imageOver(store, 1, clock, told);
  store.failsToWrite = true;
  image.merge([changeOf(['a', 1]), changeOf(['b', 2])], at(1));
  await clock.pass();
  await clock.pass();
  expectEqual(image, new Map([['a', 1], ['b', 2]]), ['a', 'b']); // prettier-ignore
  expect(told).toEqual(['disk full']);
  store.failsToWrite = false;
  await clock.pass();
  expect(store.saved).toMatchObject({ position: at(1) });
  expect(store.size).toBe(2);
});

it('does not lose what changed while writing failed', async () => {
  const [store, clock] = [new FakeStore(), new HandClock()];
  const image = imageOver(store, 1, clock);
  const model = new Map(Array.from({ length: 300 }, (_, index) => [`id${index}`, 1]));
  image.merge([...model].map(changeOf), at(1));
  clock.onTurn = () => {
    store.failsToWrite = true;
    model.set('id299', 2);
    image.merge([changeOf(['id299', 2])], at(2));
  };
  await clock.pass();
  clock.onTurn = () => {};
  expectEqual(image, model, ['id0', 'id299']);
  store.failsToWrite = false;
  await clock.pass();
  expect(store.saved).toMatchObject({ position: at(2) });
  expectEqual(imageOver(store, 1, clock), model, ['id0', 'id299']);
});

it('is done for after a failed read, and removes the store', async () => {
  const [store, clock] = [new FakeStore(), new HandClock()];
  const image = imageOver(store, 1, clock);
  image.merge([changeOf(['a', 1]), changeOf(['b', 2])], at(1));
  await clock.pass();
  store.failsToRead = true;
  expect(() => image.get('a')).toThrow(StoreFailed);
  store.failsToRead = false;
  expect(() => image.get('b')).toThrow(StoreFailed);
  expect(image.failure).toBeInstanceOf(StoreFailed);
  await image.close();
  expect(store.discarded).toBe(true);
});
