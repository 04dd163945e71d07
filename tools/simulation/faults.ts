import { account } from './account.ts';
import type { World } from './world.ts';

const HOUR_MS = 3_600_000;

type Fault = (world: World) => void;

/** What may befall the instances and their broker; each at a moment that the seed chooses. */
const faults: Readonly<Record<string, Fault>> = {
  kill: (world) => {
    anyOf(world)?.process.kill();
    startLater(world);
  },
  'start another': (world) => world.startInstance(),
  'start two at once': (world) => {
    world.startInstance();
    world.startInstance();
  },
  'close and start anew': (world) => {
    anyOf(world)?.close();
    startLater(world);
  },
  pause: (world) => pause(world),
  'pause and start another': (world) => {
    pause(world);
    startLater(world);
  },
  'clock jumps': (world) => {
    const process = anyOf(world)?.process;
    world.clocksAreTrue = false;
    if (process) process.skew += world.random.oneOf([-HOUR_MS, HOUR_MS]);
  },
  'the group shares anew': ({ group }) => group.share(),
  'coordinator gives the epoch up': ({ broker, random, partitions }) =>
    broker.init(`account-${random.between(0, partitions - 1)}`),
  'network trouble': ({ network, scheduler, random }) => {
    network.trouble = random.oneOf([0.05, 0.2, 0.5]);
    scheduler.after(random.between(50, 500), () => (network.trouble = 0));
  },
  'commits lose their replies': ({ network, scheduler, random }) => {
    network.writeTrouble = random.oneOf([0.1, 0.3]);
    scheduler.after(random.between(300, 1_500), () => (network.writeTrouble = 0));
  },
  compaction: ({ broker, partitions }) => {
    for (let partition = 0; partition < partitions; partition += 1) {
      for (const { topic } of [account.entity.latest, account.entity.control]) broker.compact(topic, partition);
    }
  },
};

export function planFaults(world: World, until: number): void {
  const { random, scheduler, network } = world;
  network.writeTrouble = random.oneOf([0, 0, 0.05]);
  for (let left = random.between(2, 5); left > 0; left -= 1) {
    const name = random.oneOf(Object.keys(faults));
    scheduler.after(random.between(0, until), () => {
      world.trace(() => `fault: ${name}`);
      faults[name]!(world);
    });
  }
}

/** Undoes what does not pass by itself. */
export function heal(world: World): void {
  world.network.trouble = 0;
  world.network.writeTrouble = 0;
  for (const { process } of world.running) {
    process.goOn();
    process.skew = 0;
  }
}

const anyOf = ({ running, random }: World) => (running.length > 0 ? random.oneOf(running) : undefined);

function pause(world: World): void {
  const { random, scheduler } = world;
  const process = anyOf(world)?.process;
  if (!process) return;
  process.pause();
  scheduler.after(random.between(50, 1_500), () => process.goOn());
}

function startLater(world: World): void {
  world.scheduler.after(world.random.between(0, 300), () => world.startInstance());
}
