import { KafkaConnection } from '#mechanisms/kafka/index';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** A connection that logs nothing, to `host:port` of one broker or several. */
export const connectKafka = (...brokers: string[]): KafkaConnection =>
  new KafkaConnection({ brokers, clientId: 'bench' }, silent);
