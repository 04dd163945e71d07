import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { allOf, command } from './contract-stage.ts';
import type { ContractStage } from './contract-stage.ts';

/** What becomes of a command: its facts, its answer, its version and its key. */
export function itDecidesCommands(stage: ContractStage): void {
  it('answers an accepted command with the version and the position of its last fact', async () => {
    const store = stage.open();
    const tallyId = randomUUID();
    const opened = await store.execute(command(tallyId, { type: 'Open', tallyId, limit: 9 }));
    const counted = await store.execute(command(tallyId, { type: 'Count', times: 3 }));
    expect(opened).toMatchObject({ entityId: tallyId, version: 1 });
    expect(counted.version).toBe(4);
    await stage.readable(store);
    const log = stage.logs[counted.position.partition]!;
    const last = (await allOf(log, counted.position.topic)).at(-1)!;
    expect(last.offset).toBe(counted.position.offset);
  });

  it('records facts with dense versions, their command and the CloudEvents headers', async () => {
    const store = stage.open();
    const tallyId = randomUUID();
    const envelope = command(tallyId, { type: 'Open', tallyId, limit: 9 });
    await store.execute(envelope);
    await store.execute(command(tallyId, { type: 'Count', times: 2 }));
    const recorded = await stage.facts(tallyId, store);
    expect(recorded.map(({ meta }) => meta.entityVersion)).toEqual([1, 2, 3]);
    expect(recorded[0]).toMatchObject({
      event: { type: 'Opened', tallyId, limit: 9 },
      meta: { commandId: envelope.commandId, correlationId: 'c', actor: 'anonymous', schemaVersion: 1 },
    });
    const [record] = (await Promise.all(stage.logs.map((log) => allOf(log, `${stage.entityName}-events`)))).flat();
    expect(record!.headers['ce_id']!.toString()).toBe(recorded[0]!.meta.eventId);
    expect(record!.headers['ce_type']!.toString()).toBe('factstream.testing.Opened');
  });

  it('refuses by the domain without a fact', async () => {
    const store = stage.open();
    const tallyId = randomUUID();
    await expect(store.execute(command(tallyId, { type: 'Count' }))).rejects.toMatchObject({
      code: 'TALLY_NOT_FOUND',
    });
    await store.execute(command(tallyId, { type: 'Open', tallyId, limit: 1 }));
    await store.execute(command(tallyId, { type: 'Count' }));
    await expect(store.execute(command(tallyId, { type: 'Count' }))).rejects.toMatchObject({ code: 'TALLY_FULL' });
    expect(await stage.facts(tallyId, store)).toHaveLength(2);
  });

  it('answers a command that changes nothing with the same version', async () => {
    const store = stage.open();
    const tallyId = randomUUID();
    const opened = await store.execute(command(tallyId, { type: 'Open', tallyId, limit: 1 }));
    const unchanged = await store.execute(command(tallyId, { type: 'Count', times: 0 }));
    expect(unchanged).toEqual(opened);
  });

  it('lets exactly one of many writers at one version through', async () => {
    const store = stage.open();
    const tallyId = randomUUID();
    await store.execute(command(tallyId, { type: 'Open', tallyId, limit: 100 }));
    const writers = Array.from({ length: 25 }, () =>
      store.execute(command(tallyId, { type: 'Count' }, { expectedVersion: 1 })),
    );
    const outcomes = await Promise.allSettled(writers);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') {
        expect(outcome.reason).toMatchObject({ code: 'VERSION_MISMATCH', currentVersion: 2 });
      }
    }
    expect(await stage.facts(tallyId, store)).toHaveLength(2);
  });

  it('demands only existence of the version `any`, and refuses an unknown entity by the domain first', async () => {
    const store = stage.open();
    const tallyId = randomUUID();
    const anyVersion = { expectedVersion: 'any' as const };
    await expect(store.execute(command(tallyId, { type: 'Count' }, anyVersion))).rejects.toMatchObject({
      code: 'TALLY_NOT_FOUND',
    });
    await expect(
      store.execute(command(tallyId, { type: 'Open', tallyId, limit: 1 }, anyVersion)),
    ).rejects.toMatchObject({ code: 'VERSION_MISMATCH', currentVersion: 0 });
    await store.execute(command(tallyId, { type: 'Open', tallyId, limit: 1 }));
    expect(await store.execute(command(tallyId, { type: 'Count' }, anyVersion))).toMatchObject({ version: 2 });
  });

  it('executes a keyed command once, however often and however concurrently it comes', async () => {
    const store = stage.open();
    const tallyId = randomUUID();
    await store.execute(command(tallyId, { type: 'Open', tallyId, limit: 100 }));
    const keyed = command(tallyId, { type: 'Count' }, { requestHash: 'h' });
    const answers = await Promise.all(Array.from({ length: 20 }, () => store.execute(keyed)));
    expect(new Set(answers.map(({ version }) => version))).toEqual(new Set([2]));
    await store.execute(command(tallyId, { type: 'Count' }));
    expect(await store.execute({ ...keyed, expectedVersion: 1 })).toMatchObject({ version: 2 });
    expect(await stage.facts(tallyId, store)).toHaveLength(3);
  });

  it('refuses a key that was used for another request', async () => {
    const store = stage.open();
    const tallyId = randomUUID();
    const keyed = command(tallyId, { type: 'Open', tallyId, limit: 5 }, { requestHash: 'one' });
    await store.execute(keyed);
    await expect(store.execute({ ...keyed, requestHash: 'two' })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
  });

  it('does not remember a refusal', async () => {
    const store = stage.open();
    const tallyId = randomUUID();
    const keyed = command(tallyId, { type: 'Count' }, { requestHash: 'h' });
    await expect(store.execute(keyed)).rejects.toMatchObject({ code: 'TALLY_NOT_FOUND' });
    await store.execute(command(tallyId, { type: 'Open', tallyId, limit: 5 }));
    expect(await store.execute(keyed)).toMatchObject({ version: 2 });
  });

  it('remembers a bounded number of keys and never forgets the creating one', async () => {
    const store = stage.open();
    const tallyId = randomUUID();
    const creating = command(tallyId, { type: 'Open', tallyId, limit: 1_000 }, { requestHash: 'h' });
    await store.execute(creating);
    const keyed = () => store.execute(command(tallyId, { type: 'Count' }, { requestHash: 'h' }));
    await Promise.all(Array.from({ length: 99 }, keyed));
    await expect(keyed()).rejects.toMatchObject({ code: 'TOO_MANY_IDEMPOTENCY_KEYS' });
    expect(await store.execute(creating)).toMatchObject({ version: 1 });
    expect(await store.execute(command(tallyId, { type: 'Count' }))).toMatchObject({ version: 101 });
  });
}
