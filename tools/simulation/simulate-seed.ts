import { answersAreTrue, onlyCommitsAreSeen } from './answers.property.ts';
import { account } from './account.ts';
import { Client } from './client.ts';
import { heal, planFaults } from './faults.ts';
import {
  deadlinesAreJust,
  factsAreAppliedOnce,
  latestIsTheFold,
  parkedFactsAreToldOfOnce,
  versionsAreDense,
} from './log.property.ts';
import { codec, readRecording } from './recorded.ts';
import { World } from './world.ts';

/** Virtual milliseconds: how long there are faults, and how long everything may take to come to rest afterwards. */
const TROUBLED_MS = 1_800;
const RECOVERY_MS = 10_000;
const LOOK_MS = 50;

/** What came of a seed. The same seed gives the same. */
export interface Outcome {
  /** What must never be and was; none when all is well. */
  readonly violations: readonly string[];
  /** How much happened. */
  readonly steps: number;
  readonly commits: number;
  readonly commands: number;
}

/** Lives through one seed: instances that compete while faults befall them, then peace, then the look back. */
export async function simulateSeed(seed: number, onTrace?: (line: string) => void): Promise<Outcome> {
  const world = new World(seed, onTrace);
  const { scheduler, random, accounts, violations } = world;
  const clients = Array.from({ length: random.between(2, 3) }, () => new Client(world, random.between(3, 8)));
  world.startInstance();
  planFaults(world, TROUBLED_MS);
  for (let facts = random.between(0, 8); facts > 0; facts -= 1) {
    const type = random.oneOf(['MoneyArrived', 'MoneyArrived', 'HoldLifted', 'NoiseMade'] as const);
    scheduler.after(random.between(0, TROUBLED_MS), () => world.happen(random.oneOf(accounts), type));
  }
  scheduler.after(random.between(TROUBLED_MS / 3, TROUBLED_MS), () => (world.isMended = true));
  scheduler.after(TROUBLED_MS, () => heal(world));
  let atRest = false;
  const look = () => {
    if (world.running.every(({ leaving }) => leaving)) world.startInstance();
    world.group.look(world.running);
    if (world.isMended || random.chance(0.1)) for (const instance of world.running) instance.redrive();
    const accountId = random.oneOf(accounts);
    world.instanceFor(accountId)?.peek(accountId, (peek) => world.peeks.push(peek));
    atRest = scheduler.now > TROUBLED_MS && unrest(world, clients).length === 0;
    scheduler.after(LOOK_MS, look);
  };
  look();
  const inTime = await scheduler.run(TROUBLED_MS + RECOVERY_MS, () => atRest || violations.length > 0);
  if (!inTime) violations.push(`not at rest ${RECOVERY_MS} ms after the faults: ${unrest(world, clients).join(', ')}`);
  violations.push(...lookBack(world));
  return { violations, steps: scheduler.steps, commits: world.broker.commits, commands: world.history.length };
}

function* lookBack(world: World): Generator<string> {
  const recording = readRecording(world);
  yield* versionsAreDense(recording);
  yield* latestIsTheFold(world, recording);
  yield* answersAreTrue(world.history, recording);
  yield* onlyCommitsAreSeen(world.peeks, recording);
  yield* factsAreAppliedOnce(world, recording);
  yield* parkedFactsAreToldOfOnce(world);
  yield* deadlinesAreJust(world, recording);
}

/** What is still to be done. */
function unrest(world: World, clients: readonly Client[]): string[] {
  const { broker, partitions, facts, history } = world;
  const names = new Set(world.running.map(({ process }) => process.name));
  const unanswered = history.flatMap(({ attempts }) =>
    attempts.filter(({ answer, instance }) => !answer && names.has(instance)),
  );
  const owed = new Set(facts.flatMap(({ notes }) => notes));
  const held = new Set<string>();
  for (let partition = 0; partition < partitions; partition += 1) {
    for (const record of broker.committed(account.entity.events.topic, partition)) {
      const { event } = codec.decodeEvent(record);
      if (event.type === 'Received') owed.delete(event.note);
      if (event.type === 'Held') held.add(event.accountId);
      if (event.type === 'HoldExpired' || event.type === 'HoldReleased') held.delete(event.accountId);
    }
  }
  return [
    ...clients.filter(({ finished }) => !finished).map(() => 'a client is not done'),
    ...unanswered.map(({ instance }) => `${instance} owes an answer`),
    ...[...owed].map((note) => `${note} is not applied`),
    // What was set by one clock and read off another that was wrong then comes late by as much: an hour, here.
    ...(world.clocksAreTrue ? [...held] : []).map((accountId) => `${accountId} is held`),
  ];
}
