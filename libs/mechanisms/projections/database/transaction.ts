import type { Pool, PoolClient } from 'pg';

/**
 * Runs `work` in a transaction and answers what it answers, after the commit. When it throws, nothing is changed; when
 * the connection dies during the commit, the outcome is unknown to the caller. `work` gets the results of `begin`.
 */
export async function inTransaction<T>(
  pool: Pool,
  begin: string,
  work: (sql: PoolClient, begun: unknown) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  try {
    const begun: unknown = await client.query(begin);
    const result = await work(client, begun);
    // PostgreSQL answers a COMMIT after a swallowed error with ROLLBACK, and without an error
    const { command } = await client.query('COMMIT');
    if (command !== 'COMMIT') throw new Error('the transaction was rolled back: an error in it was swallowed');
    client.release();
    return result;
  } catch (error) {
    await rollBack(client);
    throw error;
  }
}

async function rollBack(client: PoolClient): Promise<void> {
  try {
    await client.query('ROLLBACK');
    client.release();
  } catch {
    client.release(true);
  }
}
