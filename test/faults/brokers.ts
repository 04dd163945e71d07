import { setTimeout as sleep } from 'node:timers/promises';
import { Admin, FindCoordinatorKeyTypes } from '@platformatic/kafka';
import type { Kafka } from '../../tools/local-stack/kafka.ts';
import type { Accident, BrokerRole } from './fault-plan.ts';

const TOPIC = 'order-events';
const transactionalId = (partition: number): string => `order-${partition}`;

/** The brokers of a stage, of which never more than one is away. */
export class Brokers {
  private readonly nodes: readonly Kafka[];
  private allAreBack: Promise<void> = Promise.resolve();

  constructor(nodes: readonly Kafka[]) {
    this.nodes = nodes;
  }

  get count(): number {
    return this.nodes.length;
  }

  /** Strikes when the one before is back; without a role it is the lone broker. */
  strike(
    what: Accident['what'],
    role: BrokerRole | undefined,
    forMs: number,
  ): { struck: Promise<void>; over: Promise<void> } {
    const victim = this.allAreBack.then(() => (role ? this.find(role) : this.nodes[0]!));
    const struck = victim.then((node) => strike(node, what));
    this.allAreBack = comeBack(victim, struck, what, forMs);
    return { struck, over: this.allAreBack };
  }

  private async find({ role, partition }: BrokerRole): Promise<Kafka> {
    const admin = new Admin({
      clientId: 'faults',
      bootstrapBrokers: this.nodes.map(({ brokers }) => brokers),
      retries: 20,
      retryDelay: 250,
    });
    try {
      return this.nodes[(await nodeIdOf(admin, role, partition)) - 1]!;
    } finally {
      await admin.close();
    }
  }
}

async function nodeIdOf(admin: Admin, role: BrokerRole['role'], partition: number): Promise<number> {
  if (role === 'coordinator') {
    const [found] = await admin.findCoordinator({
      keyType: FindCoordinatorKeyTypes.TRANSACTION,
      keys: [transactionalId(partition)],
    });
    return found!.nodeId;
  }
  const { topics } = await admin.metadata({ topics: [TOPIC], forceUpdate: true });
  const { leader, replicas } = topics.get(TOPIC)!.partitions[partition]!;
  return role === 'leader' ? leader : replicas.find((id) => id !== leader)!;
}

async function strike(node: Kafka, what: Accident['what']): Promise<void> {
  if (what === 'freeze') process.kill(node.pid!, 'SIGSTOP');
  else await node.kill(what === 'terminate' ? 'SIGTERM' : 'SIGKILL');
}

async function comeBack(
  victim: Promise<Kafka>,
  struck: Promise<void>,
  what: Accident['what'],
  afterMs: number,
): Promise<void> {
  const [node] = await Promise.all([victim, struck]);
  await sleep(afterMs);
  if (what === 'freeze') process.kill(node.pid!, 'SIGCONT');
  else await node.restart();
}
