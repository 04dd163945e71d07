import { expect, test } from '@jest/globals';
import { appEnvironment, stackEnvironment } from './environment.ts';

const addresses = {
  kafka: '127.0.0.1:9092',
  postgres: 'postgres://postgres@127.0.0.1:5432/factstream',
  registry: 'http://127.0.0.1:8081/apis/ccompat/v7',
  apps: { gateway: 'http://127.0.0.1:3000', 'order-command': 'http://127.0.0.1:3007' },
};

test('an app is told where it listens and where the others are', () => {
  expect(appEnvironment('gateway', addresses, {}, {})).toEqual({
    PORT: '3000',
    ADVERTISED_URL: 'http://127.0.0.1:3000',
    KAFKA_BROKERS: '127.0.0.1:9092',
    DATABASE_URL: 'postgres://postgres@127.0.0.1:5432/factstream',
    SCHEMA_REGISTRY_URL: 'http://127.0.0.1:8081/apis/ccompat/v7',
    ORDER_COMMAND_URLS: 'http://127.0.0.1:3007',
  });
});

test('what the user set wins, except where the app listens', () => {
  const env = appEnvironment(
    'order-command',
    addresses,
    { PARTITIONS: '3' },
    { PARTITIONS: '6', PORT: '1', LOG_LEVEL: 'debug' },
  );
  expect(env).toMatchObject({ PARTITIONS: '6', PORT: '3007', LOG_LEVEL: 'debug' });
});

test('each app keeps its own in a folder of its own, unless the user names one', () => {
  const settings = { STORE_DIR: '/stack/stores' };
  expect(appEnvironment('order-command', addresses, settings, {})).toMatchObject({
    STORE_DIR: '/stack/stores/order-command',
  });
  expect(appEnvironment('order-command', addresses, settings, { STORE_DIR: '/mine' })).toMatchObject({
    STORE_DIR: '/mine',
  });
});

test('the command line is told where the card processor shows its books', () => {
  const processor = { apps: { 'card-processor': 'http://127.0.0.1:3010' } };
  expect(stackEnvironment({ ...addresses, ...processor }, {}, {})).toMatchObject({
    CARD_PROCESSOR_URLS: 'http://127.0.0.1:3010',
  });
});
