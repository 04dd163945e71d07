import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { v7 } from 'uuid';
import { waitFor } from '#mechanisms/testing/wait-for';
import { rowsOf, TallyApps } from '../testing/tally-apps.ts';
import { tallyRecord, tallyRecords } from '../testing/tally.projection.ts';

const server = process.env['TEST_DATABASE_URL']!;

let apps: TallyApps;
let database: string;
/** As a service should be, the applications are no superuser. */
let role: string;
let url: string;

beforeAll(async () => {
  apps = await TallyApps.open(process.env['TEST_KAFKA_BROKERS']!, server);
  database = new URL(apps.url).pathname.slice(1);
  role = `app_${randomBytes(4).toString('hex')}`;
  await onServer(`CREATE ROLE ${role} LOGIN`);
  await onServer(`ALTER DATABASE ${database} OWNER TO ${role}`);
  const own = new URL(apps.url);
  own.username = role;
  url = own.href;
});
afterEach(() => apps.reset());
afterAll(async () => {
  await apps.close();
  await onServer(`DROP ROLE ${role}`);
});

async function onServer(statement: string): Promise<void> {
  const client = new Client({ connectionString: server });
  await client.connect();
  await client.query(statement);
  await client.end();
}

const cutConnections = () =>
  onServer(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}'`);

/** Statements wait behind this lock; the answer lets go of it. */
async function lockCheckpoints(): Promise<() => Promise<void>> {
  const client = new Client({ connectionString: apps.url });
  await client.connect();
  await client.query('BEGIN; LOCK TABLE projections.checkpoints IN ACCESS EXCLUSIVE MODE');
  return () => client.end();
}

interface Fault {
  readonly name: string;
  /** The answer ends it. */
  readonly strike: () => Promise<() => Promise<void>>;
  /** What a query with a newer token is told meanwhile. */
  readonly told: string;
}

test.each<Fault>([
  {
    name: 'read-only, as a standby is',
    strike: async () => {
      await onServer(`ALTER DATABASE ${database} SET default_transaction_read_only = on`);
      await cutConnections();
      return async () => {
        await onServer(`ALTER DATABASE ${database} RESET default_transaction_read_only`);
        await cutConnections();
      };
    },
    told: 'NOT_CAUGHT_UP',
  },
  {
    name: 'out of connections',
    strike: async () => {
      await onServer(`ALTER ROLE ${role} CONNECTION LIMIT 0`);
      await cutConnections();
      return () => onServer(`ALTER ROLE ${role} CONNECTION LIMIT -1`);
    },
    told: 'UNAVAILABLE',
  },
  { name: 'so slow that nothing ends in time', strike: lockCheckpoints, told: 'UNAVAILABLE' },
])(
  'while PostgreSQL is $name, nothing is skipped, parked or answered too early; afterwards it heals by itself',
  async ({ strike, told }) => {
    const { write, start } = await apps.topic();
    const { reads, tallies, rows, partitions } = await start({ url });
    const tallyId = v7();
    await rows(await write(0, tallyRecords(0, tallyId, ['a'])));
    const end = await strike();
    const token = await write(0, [tallyRecord(0, { type: 'Counted', tallyId, note: 'b' }, 3)]);
    const early = reads.read([tallies], { tokens: [token], waitMs: 500 }, rowsOf);
    await expect(early).rejects.toMatchObject({ code: told, retriable: true });
    await waitFor(() => partitions().some(({ state }) => state === 'waiting'), 30_000);
    await end();
    expect(await waitFor(() => rows(token).catch(() => undefined), 30_000)).toEqual([{ count: '2', notes: 'ab' }]);
    expect(partitions().find(({ partition }) => partition === 0)).toMatchObject({
      state: 'running',
      counts: { consumed: 3, projected: 3, duplicates: 0, parked: 0, discarded: 0 },
    });
  },
  120_000,
);
