import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { waitFor } from '#mechanisms/testing/wait-for';
import { command } from './contract-stage.ts';
import type { ContractStage } from './contract-stage.ts';

/** Which commands share a transaction, and which fit into one. */
export function itGathersBatches(stage: ContractStage): void {
  it('refuses a command that is too large alone; its neighbours pass', async () => {
    const store = stage.open();
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
    const store = stage.open({ limits: { batch: { commands: 10, bytes: 20_000 } } });
    const tallyId = randomUUID();
    await store.execute(command(tallyId, { type: 'Open', tallyId, limit: 1_000 }));
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => store.execute(command(tallyId, { type: 'Count', note: 'x'.repeat(5_000) }))),
    );
    expect(answers.map(({ version }) => version)).toEqual(Array.from({ length: 30 }, (_, index) => index + 2));
  });

  it('takes a thousand facts of one command, and ten thousand of one entity', async () => {
    const store = stage.open();
    const tallyId = randomUUID();
    await store.execute(command(tallyId, { type: 'Open', tallyId, limit: 10_000 }));
    for (let version = 1; version < 10_000; version += 1_000) {
      const counted = await store.execute(command(tallyId, { type: 'Count', times: 1_000 }));
      expect(counted.version).toBe(version + 1_000);
    }
    await expect(store.execute(command(tallyId, { type: 'Count' }))).rejects.toMatchObject({ code: 'TALLY_FULL' });
    await store.close();
    const next = stage.open();
    expect(await next.execute(command(tallyId, { type: 'Count', times: 0 }))).toMatchObject({ version: 10_001 });
    expect((await stage.facts(tallyId, next)).map(({ meta }) => meta.entityVersion)).toEqual(
      Array.from({ length: 10_001 }, (_, index) => index + 1),
    );
  });

  it('takes a fact that just fits into a transaction, refuses one that does not, and goes on', async () => {
    const store = stage.open({ limits: { batch: { commands: 500, bytes: 900_000 } } });
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
    const store = stage.open();
    await waitFor(() => store.status().every(({ state }) => state === 'open'));
    const ids = Array.from({ length: 200 }, () => randomUUID());
    await Promise.all(ids.map((id) => store.execute(command(id, { type: 'Open', tallyId: id, limit: 1 }))));
    expect(stage.transactions).toBeLessThan(20);
  });

  it('answers a command that can wait, also when no other comes', async () => {
    const store = stage.open();
    const tallyId = randomUUID();
    const opened = await store.execute(command(tallyId, { type: 'Open', tallyId, limit: 9 }, { canWait: true }));
    expect(opened.version).toBe(1);
  });
}
