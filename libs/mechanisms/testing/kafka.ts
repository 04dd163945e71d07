import { KafkaConnection } from '#mechanisms/kafka/index';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** A connection to the broker that the test run started; close it at the end. */
export function testKafka(brokers = process.env['TEST_KAFKA_BROKERS']): KafkaConnection {
  if (!brokers) throw new Error('TEST_KAFKA_BROKERS is not set: run the tests with npm test');
  return new KafkaConnection({ brokers: brokers.split(','), clientId: 'test' }, silent);
}
