import { readFileSync } from 'node:fs';
import type { LocalStoreSettings } from '#mechanisms/event-store/index';
import type { KafkaSettings } from '#mechanisms/kafka/index';

type Variables = Readonly<Record<string, string | undefined>>;

/** The environment is not usable; the message lists every fault at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(faults: readonly string[]) {
    super(`The environment has ${faults.length} fault(s):\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}

/** Reads typed values from environment variables and collects what is wrong with them. `NAME_FILE` names a file that holds the value. */
export class Environment {
  readonly faults: string[] = [];
  private readonly variables: Variables;

  constructor(variables: Variables) {
    this.variables = variables;
  }

  optional(name: string): string | undefined {
    const value = this.variables[name];
    const file = this.variables[`${name}_FILE`];
    if (value !== undefined && file !== undefined) this.faults.push(`${name} and ${name}_FILE are both set`);
    if (value === undefined && file !== undefined) return this.contentOf(name, file);
    return value === '' ? undefined : value;
  }

  text(name: string, fallback?: string): string {
    const value = this.optional(name) ?? fallback;
    if (value === undefined) this.faults.push(`${name} is not set`);
    return value ?? '';
  }

  integer(name: string, fallback: number, { min = 0, max = Number.MAX_SAFE_INTEGER } = {}): number {
    const value = this.optional(name);
    if (value === undefined) return fallback;
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (number >= min && number <= max) return number;
    this.faults.push(`${name} is ${JSON.stringify(value)}; it must be an integer from ${min} to ${max}`);
    return fallback;
  }

  oneOf<Word extends string>(name: string, words: readonly Word[], fallback: Word): Word {
    const value = this.optional(name) ?? fallback;
    const found = words.find((word) => word === value);
    if (!found) this.faults.push(`${name} is ${JSON.stringify(value)}; it must be one of ${words.join(', ')}`);
    return found ?? fallback;
  }

  list(name: string, fallback?: string): string[] {
    return this.text(name, fallback)
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
  }

  url(name: string, protocols: readonly string[], fallback?: string): string {
    const value = this.text(name, fallback);
    if (value !== '' && !isUrl(value, protocols)) {
      this.faults.push(`${name} must be a URL that starts with ${protocols.join(' or ')}`);
    }
    return value;
  }

  urls(name: string, fallback: string): string[] {
    const values = this.list(name, fallback);
    const wrong = values.filter((value) => !isUrl(value, HTTP));
    for (const value of wrong) this.faults.push(`${name}: ${JSON.stringify(value)} is not an http URL`);
    return values;
  }

  private contentOf(name: string, file: string): string | undefined {
    try {
      return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
    } catch {
      this.faults.push(`${name}_FILE: ${file} cannot be read`);
      return undefined;
    }
  }
}

const HTTP = ['http:', 'https:'];

const isUrl = (value: string, protocols: readonly string[]): boolean =>
  URL.canParse(value) && protocols.includes(new URL(value).protocol);

/** Reads a process's whole configuration at once. @throws ConfigError with every fault */
export function readConfig<Config>(
  read: (environment: Environment) => Config,
  variables: Variables = process.env,
): Config {
  const environment = new Environment(variables);
  const config = read(environment);
  if (environment.faults.length > 0) throw new ConfigError(environment.faults);
  return config;
}

export interface ServiceConfig {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** Where other processes reach this one. */
  readonly advertisedUrl: string;
  readonly logLevel: LogLevel;
  /** Whether to keep from strangers what helps developers. */
  readonly production: boolean;
}

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What every HTTP service reads: `HOST`, `PORT`, `ADVERTISED_URL`, `LOG_LEVEL`, `NODE_ENV`. */
export function serviceConfig(environment: Environment, name: string, defaultPort: number): ServiceConfig {
  const port = environment.integer('PORT', defaultPort, { max: 65_535 });
  return {
    name,
    host: environment.text('HOST', '127.0.0.1'),
    port,
    advertisedUrl: environment.url('ADVERTISED_URL', HTTP, `http://127.0.0.1:${port}`),
    logLevel: logLevel(environment),
    production: environment.optional('NODE_ENV') === 'production',
  };
}

export const logLevel = (environment: Environment): LogLevel => environment.oneOf('LOG_LEVEL', LOG_LEVELS, 'info');

/** `KAFKA_BROKERS`, and where they are set `KAFKA_TLS_*` (PEM) and `KAFKA_SASL_*`. */
export function kafkaConfig(environment: Environment, clientId: string): KafkaSettings {
  const brokers = environment.list('KAFKA_BROKERS', '127.0.0.1:9092');
  const [ca, cert, key] = ['KAFKA_TLS_CA', 'KAFKA_TLS_CERT', 'KAFKA_TLS_KEY'].map((name) => environment.optional(name));
  const tls = environment.oneOf('KAFKA_TLS_ENABLED', ['true', 'false'], ca || cert ? 'true' : 'false') === 'true';
  const username = environment.optional('KAFKA_SASL_USERNAME');
  return {
    brokers,
    clientId,
    ...(tls && { tls: { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) } }),
    ...(username && {
      sasl: {
        mechanism: environment.oneOf(
          'KAFKA_SASL_MECHANISM',
          ['plain', 'scram-sha-256', 'scram-sha-512'],
          'scram-sha-512',
        ),
        username,
        password: environment.text('KAFKA_SASL_PASSWORD'),
      },
    }),
  };
}

export interface TopicConfig {
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly minInSyncReplicas: number;
}

/** `PARTITIONS`, `REPLICATION_FACTOR`, `MIN_INSYNC_REPLICAS`: how topics are created and what services expect to find. */
export const topicConfig = (environment: Environment): TopicConfig => ({
  partitions: environment.integer('PARTITIONS', 12, { min: 1, max: 10_000 }),
  replicationFactor: environment.integer('REPLICATION_FACTOR', 3, { min: 1, max: 100 }),
  minInSyncReplicas: environment.integer('MIN_INSYNC_REPLICAS', 2, { min: 1, max: 100 }),
});

/** `STORE_DIR` and `IMAGE_ENTITIES`: where entities are kept that are not needed now, and how many stay in memory. */
export function localStoreConfig(environment: Environment): LocalStoreSettings | undefined {
  const dir = environment.optional('STORE_DIR');
  const cachedEntities = environment.integer('IMAGE_ENTITIES', 100_000, { min: 1, max: 10_000_000 });
  if (dir) return { dir, cachedEntities };
  if (environment.optional('IMAGE_ENTITIES')) environment.faults.push('IMAGE_ENTITIES is set, but STORE_DIR is not');
  return undefined;
}

/** `DATABASE_URL` */
export const databaseUrl = (environment: Environment): string =>
  environment.url('DATABASE_URL', ['postgres:', 'postgresql:'], 'postgres://postgres@127.0.0.1:5432/factstream');

/** `MOST_PARKED_EVENTS`: how many bad records of one partition may stand parked before a projection stops there. */
export const mostParkedEvents = (environment: Environment): number => environment.integer('MOST_PARKED_EVENTS', 100);
