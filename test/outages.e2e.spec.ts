import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '#mechanisms/testing/wait-for';
import { makeStackFolder } from '../tools/local-stack/test-folder.ts';
import { CarefulCustomer } from './careful-customer.ts';
import { SmallDisk } from './small-disk.ts';
import { System } from './system.ts';

const dir = makeStackFolder('e2e');
/** A broker starts only where 100 MB are free. */
const kafkaDisk = await SmallDisk.mount(join(dir, 'kafka'), 160);
const storeDisk = await SmallDisk.mount(join(dir, 'stores', 'order-command'), 8);
const canFill = kafkaDisk !== undefined && storeDisk !== undefined;
if (!canFill) process.stdout.write('Full disks are not tried: only root on Linux can mount small ones.\n');
const describeWithDisks = canFill ? describe : describe.skip;

const customerId = randomUUID();
const newCustomer = () => new CarefulCustomer(system.gateway, customerId);

let system: System;
beforeAll(async () => {
  // Nobody validates these orders: what is tried here is whether they can be placed and read.
  if (canFill) system = await System.start({ VALIDATION_DEADLINE_MS: '3600000' }, undefined, { dir });
}, 120_000);
afterAll(async () => {
  await system?.stop();
  await Promise.all([kafkaDisk?.unmount(), storeDisk?.unmount()]);
}, 60_000);

describeWithDisks('a full disk', () => {
  it('of the broker, which stops it: commands are refused and reads go on, until it is back, and no app is started again', async () => {
    const pids = () => system.instances.map((instance) => system.app(instance).pid);
    const before = pids();
    const [early, late] = [newCustomer(), newCustomer()];
    const order = await early.untilPlaced();
    await early.untilRead(order);
    kafkaDisk!.fill();
    const refused = await late.untilRefused();
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    // What fits into the last page of a file is still taken.
    expect(late.told.filter((answer) => !/^201|^503|^504 OUTCOME_UNKNOWN/.test(answer))).toEqual([]);
    await waitFor(() => !system.kafka.running, 30_000);
    expect((await early.read(order)).status).toBe(200);
    kafkaDisk!.makeRoom();
    await system.kafka.start();
    await late.untilRead(await late.untilPlaced());
    expect(pids()).toEqual(before);
  }, 150_000);

  it('of the local store: commands go on', async () => {
    const { logFile, pid } = system.app('order-command');
    const isToldOf = () => readFileSync(logFile, 'utf8').includes('No space left on device');
    const place = async () => expect((await newCustomer().place()).status).toBe(201);
    storeDisk!.fill();
    // It has room to spare in its file.
    await waitFor(async () => {
      await place();
      return isToldOf();
    }, 30_000);
    for (let count = 0; count < 50; count += 1) await place();
    storeDisk!.makeRoom();
    await place();
    expect(system.app('order-command').pid).toBe(pid);
  }, 60_000);

  it('leaves topics, latest records and tables in agreement', async () => {
    expect(await system.factstream('verify')).toContain('Everything holds');
  }, 60_000);
});
