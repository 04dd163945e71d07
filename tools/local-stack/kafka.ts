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
  /** The stack's folder; the data goes to `kafka` in it. */
  dir: string;
  /** A free one is picked when missing. */
  port?: number;
  /** Broker settings on top of `single-node.server.properties`. */
  settings?: Record<string, string>;
  /** Compile less: starts sooner and with less work, but is a quarter slower under load. */
  shortLived?: boolean;
}

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

  constructor({ dir, port, settings = {}, shortLived = false }: KafkaOptions & { port: number }) {
    super({ name: 'kafka', dir, stopOrder: 3, graceMs: 20_000 });
    this.port = port;
    this.#data = join(dir, 'kafka');
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
    ];
    const classPath = ['-cp', jars.join(':')];
    // Written last by the formatting, so a formatting that was cut short is done again.
    if (!existsSync(join(this.#data, 'meta.properties'))) {
      const id = randomBytes(16).toString('base64url').replace(/^-/, 'A');
      const format = ['format', '--standalone', '--ignore-formatted', '-t', id, '-c', properties];
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
    const template = readFileSync(join(import.meta.dirname, 'single-node.server.properties'), 'utf8');
    const controllerPort = String(await anyPort());
    const lines = template
      .replaceAll('CONTROLLER_PORT', controllerPort)
      .replaceAll('DATA_DIR', this.#data)
      .replaceAll(/\bPORT\b/g, String(this.port));
    const extra = Object.entries(this.#settings).map(([name, value]) => `${name}=${value}\n`);
    const path = `${this.#data}.server.properties`;
    writeFileSync(path, lines + extra.join(''));
    return path;
  }
}
