// What the history, the explanation and a state of an order with 1,000 events cost, against one with 10.
//   npm run bench -- history
import { SchemaTopic } from '#mechanisms/schemas/index';
import { connectKafka } from './bench-kafka.ts';
import { BenchStack } from './bench-stack.ts';
import { writeLongOrder, writeOrderEvents } from './event-log.ts';
import { underLoad } from './load.ts';

const OTHERS = 20_000;
const LONG = 1_000;
const SHORT = 10;
const SECONDS = 5;

await BenchStack.use(async (stack) => {
  const kafka = connectKafka(stack.addresses.kafka);
  const schemas = new SchemaTopic(kafka);
  await schemas.refresh();
  const target = { kafka, catalogue: schemas.catalogue, partitions: stack.partitions };
  await writeOrderEvents(target, OTHERS);
  const short = await writeLongOrder(target, SHORT);
  const long = await writeLongOrder(target, LONG);
  await stack.startApps('order-query');
  const url = stack.url('order-query');
  console.log('one connection                | 10 events (p50, p99) | 1,000 events (p50, p99) | ratio of p50');
  const of = (orderId: string, path: string) =>
    underLoad({ url: `${url}/orders/${orderId}${path}`, method: 'GET', connections: 1, seconds: SECONDS });
  for (const path of ['/explanation', '/history', '/state?version=9', '/state?version=999']) {
    const few = path.endsWith('999') ? undefined : await of(short, path);
    const many = await of(long, path);
    if (many.refused > 0) throw new Error(`${path} was refused`);
    const cells = [
      path.padEnd(29),
      few ? `${few.p50.toFixed(1).padStart(8)} ms ${few.p99.toFixed(1).padStart(5)} ms` : ' '.repeat(20),
      `${many.p50.toFixed(1).padStart(11)} ms ${many.p99.toFixed(1).padStart(5)} ms`.padEnd(23),
      few ? (many.p50 / few.p50).toFixed(1) : '',
    ];
    console.log(cells.join(' | '));
  }
  kafka.close();
  console.log('goal on two quiet cores: at most 50 ms for the explanation and the history of 1,000 events');
});
