import { setTimeout as sleep } from 'node:timers/promises';
import { SeededRandom } from '#mechanisms/testing/seeded-random';
import { Accidents } from './accidents.ts';
import { checkHistory } from './check/check-history.ts';
import { STATUS_AFTER } from './check/order-fact.ts';
import type { OrderFact } from './check/order-fact.ts';
import type { Outcome } from './check/operation.ts';
import { faultPlanOf } from './fault-plan.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { FaultStage } from './fault-stage.ts';
import { Load } from './load.ts';
import type { OrderTopic } from './order-topic.ts';

export interface RoundSetting {
  readonly seed: number;
  readonly loadMs: number;
  readonly customers: readonly string[];
  /** The load goes on until all that was planned has happened; else some of it may not, for want of messages. */
  readonly everyAccident: boolean;
}

/** What came of a round; it held if there are no contradictions. */
export interface RoundResult {
  readonly plan: FaultPlan;
  /** How many messages were hit, and accidents struck somebody. */
  readonly faults: Accidents['counts'];
  readonly outcomes: Readonly<Record<Outcome['kind'], number>>;
  readonly orders: number;
  readonly contradictions: readonly string[];
}

const STRUCK_WITHIN_MS = 60_000;
const QUIET_MS = 2_000;
const QUIET_WITHIN_MS = 90_000;
const WAITING: readonly (string | undefined)[] = ['placed', 'validated'];

/** Load with faults, then none of both; when all is quiet, the log is verified and held against what clients were told. */
export async function playRound(stage: FaultStage, topic: OrderTopic, setting: RoundSetting): Promise<RoundResult> {
  const { seed, loadMs, customers, everyAccident } = setting;
  const plan = faultPlanOf(seed, stage.cast, loadMs);
  const starts = await topic.ends();
  const urls = ['gateway', ...stage.cast.orderCommands].map((instance) => stage.urlOf(instance));
  const load = new Load(`seed-${seed}-${Date.now()}`, new SeededRandom(seed).fork('load'), { urls, customers });
  const accidents = new Accidents(stage, plan, seed);
  await load.run(Promise.all([sleep(loadMs), everyAccident ? accidents.allStruck(STRUCK_WITHIN_MS) : undefined]));
  await accidents.end();
  const contradictions: string[] = await stage
    .ready()
    .then(() => untilQuiet(topic, starts))
    .then(
      () => [],
      ({ message }: Error) => [message],
    );
  const facts = await topic.facts(starts);
  const { operations } = load;
  const outcomes = { accepted: 0, refused: 0, unknown: 0, 'not-executed': 0 };
  for (const { outcome } of operations) outcomes[outcome.kind] += 1;
  contradictions.push(...checkHistory(operations, facts));
  if (contradictions.length === 0) contradictions.push(...(await verify(stage)));
  return {
    plan,
    faults: accidents.counts,
    outcomes,
    orders: latestOf(facts).size,
    contradictions,
  };
}

/** What `factstream verify` complains of. */
const verify = ({ system }: FaultStage): Promise<string[]> =>
  system.factstream('verify').then(
    () => [],
    (failure: { stdout?: string; message: string }) => [failure.stdout ?? failure.message],
  );

/** Nothing new for a while, and no order waits for anybody but a person. */
async function untilQuiet(topic: OrderTopic, starts: readonly number[]): Promise<void> {
  const deadline = Date.now() + QUIET_WITHIN_MS;
  let [before, since] = [-1, Date.now()];
  for (;;) {
    const facts = await topic.facts(starts);
    if (facts.length !== before) [before, since] = [facts.length, Date.now()];
    const waiting = [...latestOf(facts)].filter(([, { type }]) => WAITING.includes(STATUS_AFTER[type]));
    if (waiting.length === 0 && Date.now() - since > QUIET_MS) return;
    if (Date.now() > deadline) {
      throw new Error(`not quiet after ${QUIET_WITHIN_MS} ms: ${waiting.map(([id]) => id).join(', ')} still wait`);
    }
    await sleep(200);
  }
}

const latestOf = (facts: readonly OrderFact[]): Map<string, OrderFact> =>
  new Map(facts.map((fact) => [fact.orderId, fact]));
