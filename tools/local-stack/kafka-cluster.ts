import { anyPort } from './ports.ts';
import { Kafka, newClusterId, startKafka } from './kafka.ts';

/** The brokers of one stack: a lone one, or three that replicate to each other. */
export interface KafkaCluster {
  readonly nodes: readonly Kafka[];
  /** Where clients find it. */
  readonly brokers: string;
}

/** Starts one broker or three. Each keeps its port and its data when it is killed and started again. */
export async function startKafkaCluster(dir: string, size: 1 | 3): Promise<KafkaCluster> {
  if (size === 1) return clusterOf([await startKafka({ dir })]);
  const ports = await distinctPorts(2 * size);
  const [controllerPorts, brokerPorts] = [ports.slice(0, size), ports.slice(size)];
  const clusterId = newClusterId();
  const nodes = brokerPorts.map(
    (port, index) => new Kafka({ dir, port, member: { clusterId, nodeId: index + 1, controllerPorts } }),
  );
  // None of them is ready before there are two.
  await Promise.all(nodes.map((node) => node.start()));
  return clusterOf(nodes);
}

const clusterOf = (nodes: readonly Kafka[]): KafkaCluster => ({
  nodes,
  brokers: nodes.map(({ brokers }) => brokers).join(),
});

async function distinctPorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await anyPort());
  return [...ports];
}
