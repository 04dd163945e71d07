import { expect } from '@jest/globals';
import { Admin, ConfigResourceTypes, IncrementalAlterConfigOperationTypes } from '@platformatic/kafka';
import { CarefulCustomer } from '../careful-customer.ts';
import type { FaultStage } from './fault-stage.ts';

const TOPICS = ['order-events', 'order-latest', 'order-control'];

/**
 * The topics ask for three replicas in sync, and one of the three brokers is away: commands are refused and reads go on.
 * When it is back, commands work by themselves. A lone broker cannot show this: Kafka does not ask for more replicas than a
 * topic has.
 */
export async function liveThroughTooFewReplicas({ system }: FaultStage, customerId: string): Promise<void> {
  const pids = () => system.instances.map((instance) => system.app(instance).pid);
  const before = pids();
  const [early, late] = [1, 2].map(() => new CarefulCustomer(system.gateway, customerId)) as [
    CarefulCustomer,
    CarefulCustomer,
  ];
  const order = await early.untilPlaced();
  await early.untilRead(order);
  await requireInSync(system.addresses.kafka, 3);
  await system.kafka.kill('SIGKILL');
  const whileAway = async () => {
    const refused = await late.untilRefused();
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(late.told.filter((answer) => !/^503|^504 OUTCOME_UNKNOWN/.test(answer))).toEqual([]);
    expect((await early.read(order)).status).toBe(200);
  };
  await withRestart(whileAway, () => system.kafka.restart());
  await late.untilRead(await late.untilPlaced());
  await requireInSync(system.addresses.kafka, 2);
  expect(pids()).toEqual(before);
}

/** Does the second thing whatever became of the first, and tells of both. */
async function withRestart(first: () => Promise<void>, second: () => Promise<void>): Promise<void> {
  const outcomes = [...(await Promise.allSettled([first()])), ...(await Promise.allSettled([second()]))];
  const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as Error] : []));
  if (reasons.length > 1) throw new AggregateError(reasons, reasons.map(({ message }) => message).join('\nand then: '));
  if (reasons.length > 0) throw reasons[0]!;
}

async function requireInSync(brokers: string, replicas: number): Promise<void> {
  const admin = new Admin({ clientId: 'faults', bootstrapBrokers: brokers.split(','), retries: 20, retryDelay: 250 });
  const { SET } = IncrementalAlterConfigOperationTypes;
  const configs = [{ name: 'min.insync.replicas', configOperation: SET, value: String(replicas) }];
  const resources = TOPICS.map((resourceName) => ({ resourceType: ConfigResourceTypes.TOPIC, resourceName, configs }));
  try {
    await admin.incrementalAlterConfigs({ resources });
  } finally {
    await admin.close();
  }
}
