import { Api } from './message.ts';
import type { Message } from './message.ts';

/** From which version on a reply may name brokers; the last two name a new leader beside an error. */
const NAMES_BROKERS = new Map<number, number>([
  [Api.Metadata, 0],
  [Api.FindCoordinator, 0],
  [Api.DescribeCluster, 0],
  [Api.Produce, 10],
  [Api.Fetch, 16],
]);

/**
 * Puts the proxy's ports in place of the brokers' wherever the reply names a broker's address, in place: hosts stay, so
 * a proxy listens on the host that its broker advertises. An address is a string, with its length in two bytes or, in
 * flexible versions, in one that holds the length + 1, and behind it the port in four bytes.
 */
export function nameProxy(
  reply: Buffer,
  { apiKey, apiVersion }: Message,
  ports: ReadonlyMap<string, number>, // the proxy's, by the broker's `host:port`
): void {
  const since = NAMES_BROKERS.get(apiKey);
  if (since === undefined || apiVersion < since) return;
  const found = [...ports].flatMap(([broker, port]) => placesOf(broker, reply).map((place) => [place, port] as const));
  for (const [place, port] of found) reply.writeInt32BE(port, place);
}

/** Where the reply holds this broker's port. */
function placesOf(broker: string, reply: Buffer): number[] {
  const colon = broker.lastIndexOf(':');
  const host = Buffer.from(broker.slice(0, colon));
  const port = Buffer.alloc(4);
  port.writeInt32BE(Number(broker.slice(colon + 1)));
  const address = Buffer.concat([host, port]);
  const places: number[] = [];
  for (let at = reply.indexOf(address); at >= 0; at = reply.indexOf(address, at + 1)) {
    const isClassic = reply.readInt16BE(at - 2) === host.length;
    const isCompact = reply[at - 1] === host.length + 1;
    if (isClassic || isCompact) places.push(at + host.length);
  }
  return places;
}
