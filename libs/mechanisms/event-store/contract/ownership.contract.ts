import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { tallyModel } from '#mechanisms/testing/tally';
import { waitFor } from '#mechanisms/testing/wait-for';
import { EntityCodec } from '../codec.ts';
import { allOf, catalogueIn, command } from './contract-stage.ts';
import type { ContractStage } from './contract-stage.ts';

/** Taking over, losing and letting go of partitions. */
export function itOwnsPartitions(stage: ContractStage): void {
  it('goes on where an earlier owner ended, with its remembered keys', async () => {
    const first = stage.open();
    const tallyId = randomUUID();
    const keyed = command(tallyId, { type: 'Open', tallyId, limit: 9 }, { requestHash: 'h' });
    const opened = await first.execute(keyed);
    await first.execute(command(tallyId, { type: 'Count' }));
    await first.close();
    const second = stage.open();
    expect(await second.execute(keyed)).toMatchObject({ version: opened.version });
    expect(await second.execute(command(tallyId, { type: 'Count' }))).toMatchObject({ version: 3 });
  });

  it('answers a repeated command with the last fact’s position, also after a take-over', async () => {
    const first = stage.open();
    const tallyId = randomUUID();
    await first.execute(command(tallyId, { type: 'Open', tallyId, limit: 9 }));
    const keyed = command(tallyId, { type: 'Count', times: 0 }, { requestHash: 'h' });
    const before = await first.execute(keyed);
    await first.close();
    expect(await stage.open().execute(keyed)).toEqual(before);
  });

  it('lets a fenced owner write and answer nothing', async () => {
    const zombie = stage.open({ isAssigned: async () => false });
    const tallyId = randomUUID();
    await zombie.execute(command(tallyId, { type: 'Open', tallyId, limit: 9 }));
    const owner = stage.open();
    await owner.execute(command(tallyId, { type: 'Count' }));
    await expect(zombie.execute(command(tallyId, { type: 'Count' }))).rejects.toMatchObject({ name: 'NotOwner' });
    await expect(zombie.execute(command(randomUUID(), { type: 'Count' }))).rejects.toBeDefined();
    expect(await stage.facts(tallyId, owner)).toHaveLength(2);
    const { partition } = (await owner.execute(command(tallyId, { type: 'Count' }))).position;
    expect(zombie.status()[partition]!.state).toBe('lost');
    await zombie.assign(stage.logs.keys());
    expect(await zombie.execute(command(tallyId, { type: 'Count' }))).toMatchObject({ version: 4 });
  });

  it('takes over again when it was fenced though the partition is its own', async () => {
    const owner = stage.open();
    const tallyId = randomUUID();
    const { position } = await owner.execute(command(tallyId, { type: 'Open', tallyId, limit: 9 }));
    await (await stage.logs[position.partition]!.open()).close();
    expect(await owner.execute(command(tallyId, { type: 'Count' }))).toMatchObject({ version: 2 });
  });

  it('lets go of a partition after answering, and serves the others on', async () => {
    const store = stage.open();
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
    const other = stage.open();
    for (const id of moving) {
      expect(await other.execute(command(id, { type: 'Count' }))).toMatchObject({ version: 3 });
    }
  });

  it('keeps the latest record equal to the fold of the facts', async () => {
    const store = stage.open();
    const ids = Array.from({ length: 20 }, () => randomUUID());
    await Promise.all(
      ids.flatMap((id, index) => [
        store.execute(command(id, { type: 'Open', tallyId: id, limit: 50 })),
        store.execute(command(id, { type: 'Count', times: index })),
      ]),
    );
    await stage.readable(store);
    const model = tallyModel(stage.entityName);
    const codec = new EntityCodec(model.entity, catalogueIn(model));
    const latest = (await Promise.all(stage.logs.map((log) => allOf(log, model.entity.latest.topic)))).flat();
    for (const [index, id] of ids.entries()) {
      const { meta, fields } = codec.decodeLatest(latest.findLast(({ key }) => key?.toString() === id)!);
      expect(meta).toMatchObject({ entityVersion: index + 1, foldVersion: 1 });
      expect(fields['count']).toBe(index);
    }
  });

  it('folds every fact anew for a higher fold version and keeps the remembered keys', async () => {
    const first = stage.open();
    const tallyId = randomUUID();
    const keyed = command(tallyId, { type: 'Open', tallyId, limit: 9 }, { requestHash: 'h' });
    await first.execute(keyed);
    await first.close();
    const second = stage.open({ foldVersion: 2 });
    const { version, position } = await second.execute(keyed);
    expect(version).toBe(1);
    expect(await second.execute(command(tallyId, { type: 'Count' }))).toMatchObject({ version: 2 });
    await second.close();
    const older = stage.open({ foldVersion: 1 });
    await waitFor(() => older.status()[position.partition]!.state === 'stopped');
  });

  it('resolves a wait when a commit brings the entity beyond a version, or as it is when time is up', async () => {
    const store = stage.open();
    const tallyId = randomUUID();
    await store.execute(command(tallyId, { type: 'Open', tallyId, limit: 9 }));
    const waiting = store.waitBeyond(tallyId, 1, 5_000);
    const { position } = await store.execute(command(tallyId, { type: 'Count' }));
    expect(await waiting).toMatchObject({ version: 2, position });
    expect(await store.waitBeyond(tallyId, 2, 1)).toMatchObject({ version: 2 });
  });

  it('answers what was accepted before it closes, and refuses what comes after', async () => {
    const store = stage.open();
    const tallyId = randomUUID();
    await store.execute(command(tallyId, { type: 'Open', tallyId, limit: 9 }));
    const counting = store.execute(command(tallyId, { type: 'Count' }));
    const closing = store.close();
    await expect(store.execute(command(tallyId, { type: 'Count' }))).rejects.toMatchObject({ name: 'NotOwner' });
    expect(await counting).toMatchObject({ version: 2 });
    await closing;
  });
}
