// Prints the schema of one graph. A process of its own, because every type that is declared in a process is in its schema.
import 'reflect-metadata';
import { sdlOf } from '#mechanisms/graphql/index';
import type { Graph } from '#mechanisms/graphql/index';

const GRAPHS: Readonly<Record<string, () => Promise<Graph>>> = {
  'customer-query': async () => (await import('#contexts/customer/customer.graph')).customerGraph,
  'order-query': async () => (await import('#contexts/order/order.graph')).orderGraph,
  'payment-query': async () => (await import('#contexts/payment/payment.graph')).paymentGraph,
};

process.stdout.write(await sdlOf(await GRAPHS[process.argv[2]!]!()));
