/** Kafka's API keys, by the names that its protocol guide gives them; those that somebody here asks for. */
export const Api = {
  Produce: 0,
  Fetch: 1,
  ListOffsets: 2,
  Metadata: 3,
  FindCoordinator: 10,
  JoinGroup: 11,
  Heartbeat: 12,
  InitProducerId: 22,
  AddPartitionsToTxn: 24,
  EndTxn: 26,
  DescribeCluster: 60,
} as const;

export type ApiName = keyof typeof Api;

export type Direction = 'request' | 'reply';

/** One message on its way. A reply has the names of the request that it answers. */
export interface Message {
  readonly direction: Direction;
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly correlationId: number;
  readonly clientId: string | null;
  /** The broker that it goes to or comes from, as the proxy was told it: `host:port`. */
  readonly broker: string;
}

/** The header of a request as a client sends it, with its size field: every version of it begins like this. */
export function requestHeader(frame: Buffer): Omit<Message, 'direction' | 'broker'> {
  const length = frame.readInt16BE(12);
  return {
    apiKey: frame.readInt16BE(4),
    apiVersion: frame.readInt16BE(6),
    correlationId: frame.readInt32BE(8),
    clientId: length < 0 ? null : frame.toString('utf8', 14, 14 + length),
  };
}

/** Which request a reply answers; every version of its header begins with this. */
export const correlationIdOf = (reply: Buffer): number => reply.readInt32BE(4);
