import { randomUUID } from 'node:crypto';
import { frontDoor } from './apps.ts';
import type { StackAddresses } from './stack-file.ts';

/** What to try first, and as the last line where it is. */
export function banner({ kafka, postgres, registry, apps }: StackAddresses): string {
  const door = (apps[frontDoor] ?? '').replace('127.0.0.1', 'localhost');
  const addresses = Object.entries({ kafka, postgres, registry, ...apps });
  const width = Math.max(...addresses.map(([name]) => name.length));
  const order = {
    customerId: randomUUID(),
    lines: [{ sku: 'A', name: 'Article A', quantity: 2, unitPrice: { amount: 1999, currency: 'EUR' } }],
    paymentMethod: { token: 'tok_ok' },
  };
  return `
${addresses.map(([name, address]) => `  ${name.padEnd(width)}  ${address}`).join('\n')}

Place an order, then read it with the Consistency-Token of the answer:

  curl -i ${door}/orders -H 'content-type: application/json' -d '${JSON.stringify(order)}'
  curl -i ${door}/orders/<orderId> -H 'consistency-token: <token>'

Logs are in .factstream/logs. Ctrl-C stops everything; the data stays.

Factstream is ready: ${door}
`;
}
