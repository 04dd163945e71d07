import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Client } from 'pg';
import { v7 } from 'uuid';
import { waitFor } from '#mechanisms/testing/wait-for';
import { Postgres } from '../database/postgres.ts';
import { sqlFor } from '../database/projection-sql.ts';
import { rowsOf, TallyApps } from '../testing/tally-apps.ts';
import { tallyRecord, tallyRecords } from '../testing/tally.projection.ts';
import { compareVersions } from './compare-versions.ts';
import { VersionChanges } from './version-changes.ts';
import { offsetsOf, VersionHold } from './version-hold.ts';
import { listVersions } from './versions.ts';

let apps: TallyApps;
let postgres: Postgres;
let client: Client;
let changes: VersionChanges;
beforeAll(async () => {
  apps = await TallyApps.open(process.env['TEST_KAFKA_BROKERS']!, process.env['TEST_DATABASE_URL']!);
  postgres = new Postgres({ url: apps.url, applicationName: 'operator' });
});
beforeEach(async () => {
  client = await postgres.connect('test');
  changes = new VersionChanges(client);
});
afterEach(async () => {
  await client.end();
  await apps.reset();
});
afterAll(async () => {
  await postgres.close();
  await apps.close();
});

const compare = () => compareVersions(postgres, { projection: 'tallies' });
const rowsIn = (schema: string) => rowsOf(sqlFor(schema, client));
const versions = () => listVersions(client);
const offsets = (version: number) => offsetsOf(client, { projection: 'tallies', version } as never);
const hasReadAsFar = (one: number, other: number) => async () => {
  const [read, wanted] = [await offsets(one), await offsets(other)];
  return wanted.length > 0 && JSON.stringify(read) === JSON.stringify(wanted);
};

type Topic = Awaited<ReturnType<TallyApps['topic']>>;
type App = Awaited<ReturnType<Topic['start']>>;

/** Writes tallies to both partitions until it is told to end; answers how many there are then. */
function writeOnAndOn({ write }: Topic) {
  const ending = new AbortController();
  const done = (async () => {
    let written = 0;
    for (; !ending.signal.aborted; written += 1) await write(written % 2, tallyRecords(0, v7(), ['a', 'b']));
    return written;
  })();
  return {
    end: () => {
      ending.abort();
      return done;
    },
  };
}

/** An application with some tallies, and a second version of them that has read as far as the first. */
async function rebuilt(): Promise<{ topic: Topic; app: App }> {
  const topic = await apps.topic();
  const app = await topic.start();
  await app.rows(
    await topic.write(0, tallyRecords(0, v7(), ['a', 'b'])),
    await topic.write(1, tallyRecords(0, v7(), ['c'])),
  );
  await changes.create('tallies', null);
  await waitFor(hasReadAsFar(2, 1), 20_000);
  return { topic, app };
}

describe('a rebuild', () => {
  test('fills another version beside the live one, over ends and lost connections, until both are the same', async () => {
    const topic = await apps.topic();
    const first = await topic.start();
    for (let count = 0; count < 40; count += 1) await topic.write(count % 2, tallyRecords(0, v7(), ['x', 'y']));
    await first.rows(await topic.write(0, tallyRecords(0)));
    const writing = writeOnAndOn(topic);
    await changes.create('tallies', 200);
    await waitFor(async () => (await offsets(2)).some(({ offset }) => offset > 0), 20_000);
    await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [
      `test-${topic.topic.replace('-events', '')}`,
    ]);
    await first.stop();
    expect(await hasReadAsFar(2, 1)()).toBe(false);
    await topic.start();
    await waitFor(async () => (await offsets(2)).every(({ offset }) => offset > 60), 30_000);
    const meanwhile = await compare();
    const written = await writing.end();
    await waitFor(hasReadAsFar(2, 1), 30_000);
    const after = await compare();
    expect(meanwhile.difference).toBeUndefined();
    expect(meanwhile.rows).toBeGreaterThan(41);
    expect(after).toMatchObject({ rows: written + 41, notes: [] });
    expect(after.difference).toBeUndefined();
  }, 120_000);

  test('keeps its rate', async () => {
    const topic = await apps.topic();
    const app = await topic.start();
    await app.rows(
      await topic.write(
        0,
        tallyRecords(
          0,
          v7(),
          Array.from({ length: 59 }, () => 'x'),
        ),
      ),
    );
    await changes.create('tallies', 40);
    const { next_at: first } = await waitFor(() => firstMove(1));
    const { next_at: last } = await waitFor(() => firstMove(60), 20_000);
    expect(last - first).toBeGreaterThan(1_000);
  }, 60_000);

  const firstMove = async (consumed: number) => {
    const { rows } = await client.query<{ next_at: number }>(
      `SELECT extract(epoch FROM updated_at)::float8 * 1000 AS next_at FROM projections.checkpoints
       WHERE version = 2 AND consumed >= $1`,
      [consumed],
    );
    return rows[0];
  };

  test('is refused while another one is not decided', async () => {
    await rebuilt();
    await expect(changes.create('tallies', null)).rejects.toThrow(/tallies_v2 is there already/);
    await expect(changes.create('nothing', null)).rejects.toThrow('no projection nothing; known: tallies');
  }, 60_000);
});

describe('a comparison', () => {
  test.each([
    [
      `UPDATE tallies_v2.tallies SET count = 7 WHERE notes = 'ab'`,
      { table: 'tallies', column: 'count', old: '2', new: '7' },
    ],
    [`DELETE FROM tallies_v2.tallies WHERE notes = 'c'`, { table: 'tallies', old: 'present', new: 'absent' }],
    [`DELETE FROM tallies_v1.tallies WHERE notes = 'c'`, { table: 'tallies', old: 'absent', new: 'present' }],
    [
      'ALTER TABLE tallies_v2.tallies ADD more int',
      { table: 'tallies', column: 'more', old: 'absent', new: 'integer' },
    ],
    ['CREATE TABLE tallies_v2.others (id int)', { table: 'others', old: 'absent', new: 'present' }],
  ])(
    'names what %s has done',
    async (damage, difference) => {
      await rebuilt();
      await client.query(damage);
      const found = await compare();
      expect(found.difference).toMatchObject(difference);
      if (!/ADD|CREATE/.test(damage)) expect(found.difference?.key).toMatch(/^tally_id=[0-9a-f-]{36}$/);
    },
    60_000,
  );

  test('needs both at the same offsets, and holds nothing afterwards', async () => {
    const { topic, app } = await rebuilt();
    const [, next] = await versions();
    const hold = new VersionHold(client, next!);
    const [old] = await versions();
    await hold.where(old!);
    const token = await topic.write(0, tallyRecords(0, v7(), ['d']));
    await app.rows(token);
    const held = await offsets(2);
    await hold.moveTo(held.map((one) => ({ ...one, offset: one.partition === 0 ? token.offset : one.offset })));
    await waitFor(async () => (await offsets(2))[0]?.offset === token.offset);
    expect(await rowsIn('tallies_v2')).toContainEqual({ count: '0', notes: '' });
    await hold.release();
    await waitFor(hasReadAsFar(2, 1));
    expect((await compare()).rows).toBe(3);
    const { rowCount } = await client.query('SELECT FROM projections.checkpoints WHERE hold_at IS NOT NULL');
    expect(rowCount).toBe(0);
  }, 60_000);
});

describe('a switch', () => {
  test('is refused while the new version is behind, and followed at once when it is not; so is the way back', async () => {
    const { topic, app } = await rebuilt();
    await changes.pause('tallies', 2);
    await waitFor(() => app.server.projections().projections.some(({ isPaused }) => isPaused));
    const token = await topic.write(0, tallyRecords(0, v7(), ['d']));
    await app.rows(token);
    await expect(changes.switchTo('tallies')).rejects.toThrow(
      new RegExp(`tallies_v2 is behind tallies_v1 on ${topic.topic}-0, by \\d+ offsets`),
    );
    await changes.resume('tallies', 2);
    await waitFor(hasReadAsFar(2, 1), 20_000);
    await client.query(`UPDATE tallies_v2.tallies SET notes = 'new ' || notes`);
    await changes.switchTo('tallies');
    expect(await app.rows(token)).toContainEqual({ count: '1', notes: 'new d' });
    await expect(changes.switchTo('tallies')).rejects.toThrow('tallies_v2 is current already');
    const later = await topic.write(0, tallyRecords(0, v7(), ['e']));
    await waitFor(hasReadAsFar(1, 2), 20_000);
    await changes.rollback('tallies');
    expect(await app.rows(later)).toEqual(
      expect.arrayContaining([
        { count: '1', notes: 'd' },
        { count: '1', notes: 'e' },
      ]),
    );
  }, 60_000);

  test('is refused while more is parked in the new version, unless it is forced; the way back is not', async () => {
    await rebuilt();
    await waitFor(hasReadAsFar(2, 1), 20_000);
    const park = (version: number, count: number) =>
      client.query(
        `UPDATE projections.checkpoints SET consumed = consumed - parked + $2, parked = $2 WHERE version = $1 AND partition = 0`,
        [version, count],
      );
    await park(1, 1);
    await park(2, 2);
    await expect(changes.switchTo('tallies')).rejects.toThrow(
      'tallies_v2 has 2 parked events, tallies_v1 has 1: see to them, or repeat with --force.',
    );
    await changes.switchTo('tallies', 2, true);
    await park(1, 3);
    expect(await changes.rollback('tallies')).toMatchObject({ from: { version: 2 }, to: { version: 1 } });
    expect(await changes.switchTo('tallies')).toMatchObject({ to: { version: 2 } });
  }, 60_000);

  test('leaves every token good, however often it happens, and however the version that was left is dropped', async () => {
    const { topic, app } = await rebuilt();
    const ending = new AbortController();
    const readers = [0, 1].flatMap((partition) =>
      [1, 2].map(async () => {
        const tallyId = v7();
        await topic.write(partition, tallyRecords(0, tallyId));
        for (let version = 2; !ending.signal.aborted; version += 1) {
          const token = await topic.write(partition, [
            tallyRecord(0, { type: 'Counted', tallyId, note: 'x' }, version),
          ]);
          const [count, others] = await app.reads.read(
            [app.tallies],
            { tokens: [token], waitMs: 10_000 },
            async (sql) => {
              const { rows } = await sql.query<{ count: string }>(
                `SELECT count FROM ${sql.schema}.tallies WHERE tally_id = $1`,
                [tallyId],
              );
              return [rows[0]?.count, (await rowsOf(sql)).length];
            },
          );
          expect(count).toBe(String(version - 1));
          expect(others).toBeGreaterThanOrEqual(3);
        }
      }),
    );
    const all = Promise.all(readers);
    all.catch(() => ending.abort());
    for (let turn = 0; turn < 4 && !ending.signal.aborted; turn += 1) {
      await (turn % 2 === 0 ? changes.switchTo('tallies', 2) : changes.rollback('tallies'));
    }
    if (ending.signal.aborted) await all;
    await changes.switchTo('tallies', 2);
    await changes.drop('tallies', 1, false);
    const reads = await app.rows();
    ending.abort();
    await all;
    expect(reads.length).toBeGreaterThan(2);
    expect((await versions()).map(({ version, isCurrent }) => [version, isCurrent])).toEqual([[2, true]]);
  }, 90_000);
});

describe('a version', () => {
  test('that is paused stays so over a restart, and goes on when it is resumed', async () => {
    const topic = await apps.topic();
    const first = await topic.start();
    await first.rows(await topic.write(0, tallyRecords(0)));
    await changes.pause('tallies');
    await waitFor(() => first.server.projections().projections.every(({ isPaused }) => isPaused));
    await first.stop();
    const token = await topic.write(0, tallyRecords(0));
    const second = await topic.start();
    await waitFor(() => second.server.projections().projections.length === 1);
    expect(second.server.projections().projections).toEqual([
      { projection: 'tallies_v1', isCurrent: true, isPaused: true, partitions: [] },
    ]);
    await expect(second.reads.read([second.tallies], { tokens: [token], waitMs: 100 }, rowsOf)).rejects.toMatchObject({
      code: 'NOT_CAUGHT_UP',
    });
    await changes.resume('tallies');
    expect(await second.rows(token)).toHaveLength(2);
  }, 60_000);

  test('that is current is not dropped, and one that is dropped leaves nothing and is not made again', async () => {
    await rebuilt();
    await expect(changes.drop('tallies', 1, true)).rejects.toThrow('tallies_v1 is current');
    await changes.drop('tallies', 2, false);
    const { rowCount } = await client.query(
      `SELECT FROM projections.checkpoints WHERE version = 2
       UNION ALL SELECT FROM projections.processed_events WHERE version = 2
       UNION ALL SELECT FROM pg_namespace WHERE nspname = 'tallies_v2'`,
    );
    expect(rowCount).toBe(0);
    expect((await changes.create('tallies', null)).version).toBe(3);
  }, 60_000);
});

describe('what is lost comes back without a restart', () => {
  test.each([
    'DROP TABLE tallies_v1.tallies',
    'DROP SCHEMA tallies_v1 CASCADE',
    'DROP TABLE projections.checkpoints',
    'DROP TABLE projections.processed_events',
    'DROP SCHEMA projections CASCADE',
    'DROP SCHEMA projections, tallies_v1, tallies_v2 CASCADE',
  ])(
    '%s, while nothing is written',
    async (damage) => {
      const { app, topic } = await rebuilt();
      await client.query(damage);
      const ends = [0, 1].map((partition) => ({ topic: topic.topic, partition, offset: 1, entityId: v7() }));
      const answer = await waitFor(
        () =>
          app
            .rows(...ends)
            .then((rows) => rows.length === 2 && rows)
            .catch(() => undefined),
        30_000,
      );
      expect(answer).toEqual(
        expect.arrayContaining([
          { count: '2', notes: 'ab' },
          { count: '1', notes: 'c' },
        ]),
      );
    },
    60_000,
  );

  test('the whole database, in the middle of a rebuild and of writing', async () => {
    const topic = await apps.topic();
    const app = await topic.start();
    const writing = writeOnAndOn(topic);
    await waitFor(async () => (await app.rows()).length > 20, 20_000);
    await changes.create('tallies', 50);
    await waitFor(async () => (await offsets(2)).some(({ offset }) => offset > 0), 20_000);
    await client.query('DROP SCHEMA projections, tallies_v1, tallies_v2 CASCADE');
    const written = await writing.end();
    await waitFor(async () => (await app.rows().catch(() => [])).length === written, 30_000);
    expect((await versions()).map(({ version, isCurrent }) => [version, isCurrent])).toEqual([[1, true]]);
  }, 90_000);
});

test('a projection that is new in a program fills itself beside those that are there', async () => {
  const { topic, app } = await rebuilt();
  const newer = await topic.start({ projection: 'sums' });
  await waitFor(async () => (await newer.rows()).length === 2, 20_000);
  const token = await topic.write(0, tallyRecords(0, v7(), ['d']));
  for (const one of [app, newer]) expect(await one.rows(token)).toHaveLength(3);
  expect((await versions()).map(({ projection, version, isCurrent }) => [projection, version, isCurrent])).toEqual([
    ['sums', 1, true],
    ['tallies', 1, true],
    ['tallies', 2, false],
  ]);
}, 60_000);

describe('a program of another revision', () => {
  test('fills a version of its own and answers from it then, while the older one goes on with its own', async () => {
    const topic = await apps.topic();
    const older = await topic.start();
    const token = await topic.write(0, tallyRecords(0, v7(), ['a']));
    await older.rows(token);
    const newer = await topic.start({ revision: 2 });
    expect(await newer.rows(token)).toEqual([{ count: '1', notes: 'a' }]);
    const later = await topic.write(1, tallyRecords(0, v7(), ['b']));
    for (const one of [older, newer]) expect(await one.rows(later)).toHaveLength(2);
    expect((await versions()).map(({ version, revision, isCurrent }) => [version, revision, isCurrent])).toEqual([
      [1, 1, true],
      [2, 2, true],
    ]);
    await client.query('ALTER TABLE tallies_v2.tallies ADD more int');
    await client.query('UPDATE projections.checkpoints SET consumed = consumed + 1, parked = 1 WHERE version = 2');
    expect(await compare()).toMatchObject({
      rows: 2,
      notes: ['tallies_v2 has 2 parked events.', expect.stringMatching(/^tallies\.more is in one version only/)],
    });
    await expect(changes.drop('tallies', 1, false)).rejects.toThrow('--force');
    await older.stop();
    await changes.drop('tallies', 1, true);
    const late = await topic.start({ revision: 1, isAwaited: false });
    await waitFor(() => /only versions of newer programs/.test(late.server.projections().error ?? ''));
    await expect(late.rows()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(await newer.rows(later)).toHaveLength(2);
    expect((await versions()).map(({ version }) => version)).toEqual([2]);
  }, 60_000);

  test('is not ready before its version has read everything', async () => {
    const topic = await apps.topic();
    const older = await topic.start();
    await older.rows(await topic.write(0, tallyRecords(0, v7(), ['a'])));
    const newer = await topic.start({ revision: 2, isAwaited: false });
    await waitFor(async () => (await versions()).length === 2);
    await changes.pause('tallies', 2);
    const wasServed = newer.server.projections().started;
    if (!wasServed) {
      await expect(newer.rows()).rejects.toMatchObject({ code: 'UNAVAILABLE' });
      await changes.resume('tallies', 2);
    }
    await waitFor(() => newer.server.projections().started, 20_000);
    expect(await newer.rows()).toHaveLength(1);
  }, 60_000);
});
