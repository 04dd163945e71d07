import { serviceConfig } from '#mechanisms/service/index';
import type { Environment } from '#mechanisms/service/index';

const PORT = 3010;
const HTTP = ['http:', 'https:'];

export const cardProcessorConfig = (environment: Environment) => {
  const [paymentCommand] = environment.urls('PAYMENT_COMMAND_URLS', 'http://127.0.0.1:3005');
  return {
    service: serviceConfig(environment, 'card-processor', PORT),
    secret: environment.text('CARD_PROCESSOR_SECRET'),
    dataDir: environment.text('CARD_PROCESSOR_DATA_DIR', '.factstream/card-processor'),
    callbackUrl: environment.url(
      'CARD_PROCESSOR_CALLBACK_URL',
      HTTP,
      `${paymentCommand ?? ''}/callbacks/card-processor`,
    ),
    slowMs: environment.integer('CARD_PROCESSOR_SLOW_MS', 2_000),
  };
};

export type CardProcessorConfig = ReturnType<typeof cardProcessorConfig>;
