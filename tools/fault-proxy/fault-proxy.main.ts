// Stands between Kafka and whoever is given its addresses, and loses, cuts and delays messages by rule; until Ctrl-C.
//   npm run fault-proxy -- --brokers 127.0.0.1:9092 --rule "EndTxn reply nth=3 reset" --seed 7
import { parseArgs } from 'node:util';
import { faultPlan, FaultProxy } from '#mechanisms/kafka/testing/fault-proxy/index';
import type { Faults } from '#mechanisms/kafka/testing/fault-proxy/index';
import { parseRule } from './fault-rule.ts';

/** Tells of every message that does not pass. */
const tellingOf = (faults: Faults): Faults => {
  let hits = 0;
  return (message) => {
    const fate = faults(message);
    if (fate === 'pass') return fate;
    hits += 1;
    const { clientId, direction, apiKey, broker } = message;
    console.log(JSON.stringify({ hit: hits, fate, direction, apiKey, clientId, broker }));
    return fate;
  };
};

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      brokers: { type: 'string', default: '127.0.0.1:9092' },
      rule: { type: 'string', multiple: true, default: [] },
      seed: { type: 'string', default: '0' },
    },
  });
  const plan = faultPlan(values.rule.map(parseRule), Number(values.seed));
  const proxy = await FaultProxy.start(values.brokers.split(','));
  proxy.faults = tellingOf(plan);
  console.log(`KAFKA_BROKERS=${proxy.addresses.join(',')}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => proxy.close());
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
