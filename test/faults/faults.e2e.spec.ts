import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { waitFor } from '#mechanisms/testing/wait-for';
import { Shop } from '../shop.ts';
import type { FaultPlan } from './fault-plan.ts';
import { FaultStage } from './fault-stage.ts';
import { OrderTopic } from './order-topic.ts';
import { playRound } from './round.ts';
import { settingsFromEnvironment } from './settings.ts';
import { liveThroughTooFewReplicas } from './too-few-replicas.ts';

const { seeds, instances, brokers, loadMs, everyAccident } = settingsFromEnvironment();

let stage: FaultStage;
let topic: OrderTopic;
let customers: string[];
beforeAll(async () => {
  stage = await FaultStage.start(instances, brokers);
  topic = await OrderTopic.open(stage.system.addresses.kafka);
  const shop = new Shop(stage.system);
  const rich = await Promise.all([1, 2, 3].map(() => waitFor(() => shop.customer(1_000_000_000))));
  customers = [...rich, await shop.customer(20_000), randomUUID()];
}, 180_000);
afterAll(async () => {
  await topic?.close();
  await stage?.stop();
}, 60_000);

describe(`orders through faults, with ${instances} of order-command and ${brokers} of Kafka`, () => {
  it.each(seeds)(
    'seed %d: no answer contradicts the log',
    async (seed) => {
      const replay = `npm run test:faults -- --seed ${seed} --instances ${instances} --brokers ${brokers} --seconds ${loadMs / 1_000}`;
      const result = await playRound(stage, topic, { seed, loadMs, customers, everyAccident }).catch(
        (error: unknown) => {
          throw new Error(`To replay it: ${replay}`, { cause: error });
        },
      );
      const { plan, contradictions, ...figures } = result;
      process.stdout.write(`seed ${seed}: ${JSON.stringify(figures)}\n`);
      const told = contradictions.length === 0 ? [] : ['The plan was:', ...lines(plan), `To replay it: ${replay}`];
      expect([...contradictions, ...told].join('\n')).toBe('');
      expect(figures.outcomes.accepted).toBeGreaterThan(0);
      if (everyAccident) expect(figures.faults.accidents).toBe(plan.accidents.length);
    },
    300_000,
  );

  const itWithReplicas = brokers === 3 ? it : it.skip;
  itWithReplicas(
    'too few replicas in sync: commands are refused until there are enough, and no app is started again',
    () => liveThroughTooFewReplicas(stage, customers[0]!),
    400_000,
  );
});

const lines = ({ messages, accidents }: FaultPlan): string[] =>
  [...messages, ...accidents].map((fault) => `    ${JSON.stringify(fault)}`);
