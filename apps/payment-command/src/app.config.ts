import { kafkaConfig, localStoreConfig, serviceConfig, topicConfig } from '#mechanisms/service/index';
import type { Environment } from '#mechanisms/service/index';

const PORT = 3005;
const HTTP = ['http:', 'https:'];
const DAY_MS = 86_400_000;

export const paymentCommandConfig = (environment: Environment) => {
  const timeoutMs = environment.integer('CARD_PROCESSOR_TIMEOUT_MS', 5_000, { min: 1 });
  const [neighbour = ''] = environment.urls('CARD_PROCESSOR_URLS', 'http://127.0.0.1:3010');
  return {
    service: serviceConfig(environment, 'payment-command', PORT),
    kafka: kafkaConfig(environment, 'payment-command'),
    topics: topicConfig(environment),
    localStore: localStoreConfig(environment),
    cardProcessor: {
      url: environment.url('CARD_PROCESSOR_URL', HTTP, neighbour).replace(/\/+$/, ''),
      timeoutMs,
      keyWindowMs: environment.integer('CARD_PROCESSOR_KEY_WINDOW_MS', DAY_MS, { min: 1 }),
      unknownAfterAttempts: environment.integer('CARD_PROCESSOR_UNKNOWN_AFTER_ATTEMPTS', 5, { min: 1 }),
      effects: {
        concurrency: environment.integer('CARD_PROCESSOR_CONCURRENCY', 256, { min: 1 }),
        // an attempt may ask and then send
        attemptTimeoutMs: 2 * timeoutMs + 1_000,
        firstPauseMs: environment.integer('CARD_PROCESSOR_FIRST_PAUSE_MS', 500, { min: 1 }),
        longestPauseMs: environment.integer('CARD_PROCESSOR_LONGEST_PAUSE_MS', 30_000, { min: 1 }),
      },
    },
    callbacks: {
      secret: environment.text('CARD_PROCESSOR_SECRET'),
      clockSkewMs: environment.integer('CARD_PROCESSOR_CLOCK_SKEW_MS', 300_000, { min: 1 }),
    },
  };
};

export type PaymentCommandAppConfig = ReturnType<typeof paymentCommandConfig>;
