import { frontDoor } from './apps.ts';
import { stateFolderName } from './layout.ts';
import type { StackAddresses } from './stack-file.ts';

/** Takes one value out of a JSON answer, with what every shell has. */
const valueOf = (property: string): string => `sed 's/.*"${property}":"\\([^"]*\\).*/\\1/'`;

/** What to try first, and as the last line where it is. */
export function banner({ kafka, postgres, registry, apps }: StackAddresses): string {
  const door = (apps[frontDoor] ?? '').replace('127.0.0.1', 'localhost');
  const addresses = Object.entries({ kafka, postgres, registry, ...apps });
  const width = Math.max(...addresses.map(([name]) => name.length));
  const json = "-H 'content-type: application/json'";
  const customer = { name: 'Ada', email: 'ada@example.com', creditLimit: { amount: 100_000, currency: 'EUR' } };
  const lines = [{ sku: 'A', name: 'Article A', quantity: 2, unitPrice: { amount: 1999, currency: 'EUR' } }];
  const rest = JSON.stringify({ lines, paymentMethod: { token: 'tok_ok' } }).slice(1);
  return `
${addresses.map(([name, address]) => `  ${name.padEnd(width)}  ${address}`).join('\n')}

Register a customer, place an order for it, and see it paid:

  CUSTOMER=$(curl -s ${door}/customers ${json} -d '${JSON.stringify(customer)}' | ${valueOf('customerId')})
  ORDER=$(curl -s ${door}/orders ${json} -H 'prefer: wait=5' -d '{"customerId":"'$CUSTOMER'",${rest}' | ${valueOf('orderId')})
  curl -s ${door}/orders/$ORDER; curl -s "${door}/payments?orderId=$ORDER"

An answer's Consistency-Token (curl -i shows it) makes a read wait for that change: -H 'consistency-token: <token>'.
Logs are in ${stateFolderName}/logs. Ctrl-C stops everything; the data stays.

Factstream is ready: ${door}
`;
}
