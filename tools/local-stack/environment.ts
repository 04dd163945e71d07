import { join } from 'node:path';
import type { StackAddresses } from './stack-file.ts';

/**
 * What apps keep on the disk stands beside the rest. The card processor is a simulator of ours: its secret guards nothing.
 */
export const localSettings = (dir: string): Record<string, string> => ({
  STORE_DIR: join(dir, 'stores'),
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

/** As above, and where the app listens, keeps its own, and finds the others: `ORDER_COMMAND_URLS` and the like. */
export function appEnvironment(
  name: string,
  addresses: StackAddresses,
  settings: Record<string, string>,
  env: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
  const url = addresses.apps[name] ?? '';
  const others = Object.entries(addresses.apps).filter(([other]) => other !== name);
  const urls = others.map(([other, url]) => [`${other.toUpperCase().replaceAll('-', '_')}_URLS`, url]);
  const own = { PORT: new URL(url).port, ADVERTISED_URL: url, ...storeOf(name, settings, env) };
  return { ...Object.fromEntries(urls), ...stackEnvironment(addresses, settings, env), ...own };
}

/** Each app has a folder of its own in that of all. */
function storeOf(name: string, { STORE_DIR: all }: Record<string, string>, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return all && !env['STORE_DIR'] ? { STORE_DIR: join(all, name) } : {};
}
