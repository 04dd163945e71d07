import type { OpsConfig } from './ops.config.ts';

const SASL_MECHANISMS = {
  plain: 'PLAIN',
  'scram-sha-256': 'SCRAM-SHA-256',
  'scram-sha-512': 'SCRAM-SHA-512',
} as const;

/** How a client of `@platformatic/kafka` reaches the cluster. */
export const kafkaClientOptions = ({ brokers, clientId, tls, sasl }: OpsConfig['kafka']) => ({
  clientId,
  bootstrapBrokers: [...brokers],
  retries: 2,
  retryDelay: 500,
  ...(tls && { tls, tlsServerName: true as const }),
  ...(sasl && { sasl: { ...sasl, mechanism: SASL_MECHANISMS[sasl.mechanism] } }),
});
