import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { InMemoryLog } from '#mechanisms/event-store/log/in-memory-log';
import type { Fault } from '#mechanisms/event-store/log/in-memory-log';
import { waitFor } from '#mechanisms/testing/wait-for';
import { describeParking } from './parking.contract.ts';
import { MENDED, ParkingBench } from './testing/parking-bench.ts';
import type { ParkingLog } from './testing/parking-bench.ts';

const parkingOn = (log: InMemoryLog): ParkingLog => ({
  partitionOf: (entity, partition) => log.partitionOf(entity, partition),
  sources: (topic) => log.sources([topic], 2),
  write: (topic, partition, record) => log.write(topic, partition, record),
});

describeParking('a log in memory', async () => parkingOn(new InMemoryLog()));

it.each<Fault>(['not-written', 'unknown-lost', 'unknown-committed'])(
  'a fact is parked, told of and redriven once although commits end %s',
  async (fault) => {
    const log = new InMemoryLog();
    const bench = new ParkingBench().on(parkingOn(log));
    const app = bench.open();
    const id = randomUUID();
    await bench.write(bench.openedFact(id), bench.counted(id, 'before'));
    await app.reaches(id, 1);
    log.failNext(fault);
    await bench.write(bench.counted(id, 'decide throws'), bench.counted(id, 'after'));
    await waitFor(() => app.parked === 2);
    expect(await bench.letters()).toHaveLength(2);
    const mended = bench.open(MENDED);
    await waitFor(() => mended.parked === 2 && mended.isOpen);
    log.failNext(fault, fault);
    await waitFor(async () => {
      await mended.redrive();
      return mended.isOpen && mended.parked === 0;
    });
    await mended.reaches(id, 3);
    expect(await bench.notesOf(id)).toEqual(['before', 'decide throws', 'after']);
    await bench.close();
  },
);
