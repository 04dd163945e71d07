import { findJava } from './java.ts';
import { ManagedProcess, type Launch } from './managed-process.ts';
import { anyPort } from './ports.ts';
import { registryJar } from './registry-archive.ts';

export interface RegistryOptions {
  dir: string;
  /** A free one is picked when missing. */
  port?: number;
  /** Keep the schemas in this Kafka (`host:port`); in memory when missing. */
  brokers?: string;
}

/** Starts a real schema registry. */
export async function startRegistry(options: RegistryOptions): Promise<Registry> {
  const registry = new Registry({ ...options, port: options.port ?? (await anyPort()) });
  await registry.start();
  return registry;
}

export class Registry extends ManagedProcess {
  readonly port: number;
  readonly #brokers: string | undefined;

  constructor({ dir, port, brokers }: RegistryOptions & { port: number }) {
    super({ name: 'registry', dir, stopOrder: 2, graceMs: 2_000, readyWithinMs: 120_000 });
    this.port = port;
    this.#brokers = brokers;
  }

  /** Where the Confluent API is. */
  get url(): string {
    return `http://127.0.0.1:${this.port}/apis/ccompat/v7`;
  }

  protected override async launch(): Promise<Launch> {
    const [java, jar] = await Promise.all([findJava(), registryJar()]);
    const settings = {
      'quarkus.http.host': '127.0.0.1',
      'quarkus.http.port': this.port,
      'quarkus.management.host': '127.0.0.1',
      'quarkus.management.port': await anyPort(),
      'quarkus.http.access-log.enabled': false,
      ...(this.#brokers && {
        'apicurio.storage.kind': 'kafkasql',
        'apicurio.kafkasql.bootstrap.servers': this.#brokers,
      }),
    };
    const properties = Object.entries(settings).map(([name, value]) => `-D${name}=${value}`);
    const jvm = ['-XX:+UseSerialGC', '-Xmx192m', '-XX:TieredStopAtLevel=1'];
    return { command: java, args: [...jvm, ...properties, '-jar', jar] };
  }

  protected override async ready(): Promise<boolean> {
    const answer = await fetch(`${this.url}/subjects`, { signal: AbortSignal.timeout(1000) });
    await answer.arrayBuffer();
    return answer.ok;
  }
}
