import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { requireFreeSpace } from './cache.ts';
import { makeFolder } from './files.ts';
import { findJava } from './java.ts';
import { kafkaJars } from './kafka-jars.ts';
import { ManagedProcess, type Launch } from './managed-process.ts';
import { anyPort } from './ports.ts';
import { runToEnd } from './run-to-end.ts';
import { exchange } from './tcp.ts';

export interface KafkaOptions {
  /** The stack's folder; the data goes to `kafka` in it, or to `kafka-1` and so on. */
  dir: string;
  /** A free one is picked when missing. */
  port?: number;
  /** Broker settings on top of the `.server.properties` file. */
  settings?: Record<string, string>;
  /** Compile less: starts sooner and with less work, but is a quarter slower under load. */
  shortLived?: boolean;
  /** Missing for a broker that stands alone. */
  member?: ClusterMember;
}

/** One of several brokers, which are the cluster's controllers as well. */
export interface ClusterMember {
  readonly clusterId: string;
  readonly nodeId: number;
  /** The ports at which the members speak to each other, that of node 1 first. */
  readonly controllerPorts: readonly number[];
}

/**
 * While a partition has too few replicas in sync, the others try to write its transaction markers without a pause, ten thousand
 * times a second (4.3.1): whoever comes back meanwhile gets little of the cores. They also log each time, which is off.
 */
const MEMBER_READY_WITHIN_MS = 180_000;

export const newClusterId = (): string => randomBytes(16).toString('base64url').replace(/^-/, 'A');

/** Starts a real broker, formatting its storage when there is none. */
export async function startKafka(options: KafkaOptions): Promise<Kafka> {
  const broker = new Kafka({ ...options, port: options.port ?? (await anyPort()) });
  await broker.start();
  return broker;
}

export class Kafka extends ManagedProcess {
  readonly port: number;
  readonly #data: string;
  readonly #settings: Record<string, string>;
  readonly #compiler: string[];
  readonly #member: ClusterMember | undefined;

  constructor({ dir, port, settings = {}, shortLived = false, member }: KafkaOptions & { port: number }) {
    const name = member ? `kafka-${member.nodeId}` : 'kafka';
    super({ name, dir, stopOrder: 3, graceMs: 20_000, readyWithinMs: member ? MEMBER_READY_WITHIN_MS : 60_000 });
    this.port = port;
    this.#member = member;
    this.#data = join(dir, name);
    this.#settings = settings;
    this.#compiler = shortLived ? ['-XX:TieredStopAtLevel=1'] : [];
  }

  get brokers(): string {
    return `127.0.0.1:${this.port}`;
  }

  protected override async launch(): Promise<Launch> {
    const [java, jars] = await Promise.all([findJava(), kafkaJars()]);
    makeFolder(this.#data);
    requireFreeSpace(this.#data, 100);
    const properties = await this.#writeProperties();
    const jvm = [
      '-XX:+UseSerialGC',
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
      '-Dorg.slf4j.simpleLogger.showDateTime=true',
      ...(this.#member ? ['-Dorg.slf4j.simpleLogger.log.kafka.server.ReplicaManager=off'] : []),
    ];
    const classPath = ['-cp', jars.join(':')];
    // Written last by the formatting, so a formatting that was cut short is done again.
    if (!existsSync(join(this.#data, 'meta.properties'))) {
      // A lone broker names itself as the controller; those of several are named in the properties.
      const who = this.#member ? ['-t', this.#member.clusterId] : ['--standalone', '-t', newClusterId()];
      const format = ['format', '--ignore-formatted', ...who, '-c', properties];
      const quick = ['-Xmx64m', '-XX:TieredStopAtLevel=1'];
      await runToEnd('formatting the storage of kafka', java, [
        ...quick,
        ...jvm,
        ...classPath,
        'kafka.tools.StorageTool',
        ...format,
      ]);
    }
    return {
      command: java,
      args: ['-Xms128m', '-Xmx256m', ...this.#compiler, ...jvm, ...classPath, 'kafka.Kafka', properties],
    };
  }

  /** The broker opens its port only after the controller has let it in; an answered ApiVersions request is the proof. */
  protected override async ready(): Promise<boolean> {
    const apiVersions = Buffer.from([0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff]);
    const answer = await exchange('127.0.0.1', this.port, apiVersions);
    return answer.length >= 10 && answer.readInt32BE(4) === 1 && answer.readInt16BE(8) === 0;
  }

  async #writeProperties(): Promise<string> {
    const { nodeId, controllerPorts } = this.#member ?? { nodeId: 1, controllerPorts: [await anyPort()] };
    const file = this.#member ? 'three-nodes.server.properties' : 'single-node.server.properties';
    const lines = readFileSync(join(import.meta.dirname, file), 'utf8')
      .replaceAll('NODE_ID', String(nodeId))
      .replaceAll('VOTERS', controllerPorts.map((port, index) => `${index + 1}@127.0.0.1:${port}`).join())
      .replaceAll('CONTROLLER_PORT', String(controllerPorts[nodeId - 1]))
      .replaceAll('DATA_DIR', this.#data)
      .replaceAll(/\bPORT\b/g, String(this.port));
    const extra = Object.entries(this.#settings).map(([name, value]) => `${name}=${value}\n`);
    const path = `${this.#data}.server.properties`;
    writeFileSync(path, lines + extra.join(''));
    return path;
  }
}
