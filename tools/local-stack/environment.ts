import { join } from 'node:path';
import type { StackAddresses } from './stack-file.ts';

/** The card processor is a simulator of ours: its books stand beside the rest, and its secret guards nothing. */
export const cardProcessorSettings = (dir: string): Record<string, string> => ({
  CARD_PROCESSOR_SECRET: 'local-stack-only',
  CARD_PROCESSOR_DATA_DIR: join(dir, 'card-processor'),
});

/** What any program needs to work with the stack. What the user set wins. */
export function stackEnvironment(
  addresses: StackAddresses,
  settings: Record<string, string>,
  env: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const cardProcessor = addresses.apps['card-processor'];
  return {
    ...settings,
    ...(cardProcessor && { CARD_PROCESSOR_URLS: cardProcessor }),
    KAFKA_BROKERS: addresses.kafka,
    DATABASE_URL: addresses.postgres,
    SCHEMA_REGISTRY_URL: addresses.registry,
    ...env,
  };
}

/** As above, and where the app listens and finds the others: `ORDER_COMMAND_URLS` and the like. */
export function appEnvironment(
  name: string,
  addresses: StackAddresses,
  settings: Record<string, string>,
  env: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const url = addresses.apps[name] ?? '';
  const others = Object.entries(addresses.apps).filter(([other]) => other !== name);
  const urls = others.map(([other, url]) => [`${other.toUpperCase().replaceAll('-', '_')}_URLS`, url]);
  const own = { PORT: new URL(url).port, ADVERTISED_URL: url };
  return { ...Object.fromEntries(urls), ...stackEnvironment(addresses, settings, env), ...own };
}
