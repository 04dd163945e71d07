import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { CommandEnvelope, Receipt } from '#mechanisms/event-store/index';
import type { ParkedOutcome, ParkedRequest } from '#mechanisms/reactions/index';
import { peerPath, toPeerError } from './peer-messages.ts';
import type { Executed } from './peer-messages.ts';

/** Larger than what clients may send: an envelope says more than its request did. */
const BODY_LIMIT_BYTES = 256 * 1024;

/** What this instance does for the others, on its own partitions only: what came one hop goes no further. */
export interface PeerService<Command> {
  execute(envelope: CommandEnvelope<Command>, timeoutMs: number): Promise<Receipt>;
  wait(entityId: string, version: number, timeoutMs: number): Promise<unknown>;
  prompt(entityId: string): void;
  /** Undefined when the partition is not open here. */
  handleParked(partition: number, request: ParkedRequest): Promise<readonly ParkedOutcome[] | undefined>;
}

interface PeerBody<Command> {
  readonly envelope: CommandEnvelope<Command>;
  readonly entityId: string;
  readonly version: number;
  readonly timeoutMs: number;
  readonly partition: number;
  readonly request: ParkedRequest;
}

/**
 * Serves the other instances. Commands that come this way were validated where they entered, so only those are let in
 * who know the token: the members of the group, who were told by its leader.
 */
export function servePeers<Command>(
  server: FastifyInstance,
  entity: string,
  token: string,
  service: PeerService<Command>,
): void {
  const expected = Buffer.from(`Bearer ${token}`);
  const onRequest = (request: FastifyRequest, reply: FastifyReply, next: () => void) => {
    const given = Buffer.from(request.headers.authorization ?? '');
    if (given.length === expected.length && timingSafeEqual(given, expected)) return next();
    void reply.status(401).send();
  };
  const route = (operation: Parameters<typeof peerPath>[1], handle: (body: PeerBody<Command>) => unknown) =>
    server.post(peerPath(entity, operation), { bodyLimit: BODY_LIMIT_BYTES, onRequest }, (request) =>
      handle(request.body as PeerBody<Command>),
    );
  route('execute', ({ envelope, timeoutMs }) => executed(service.execute(envelope, timeoutMs)));
  route('wait', async ({ entityId, version, timeoutMs }) => (await service.wait(entityId, version, timeoutMs)) ?? {});
  route('prompt', ({ entityId }) => {
    service.prompt(entityId);
    return {};
  });
  route('parked', async ({ partition, request }) => ({ outcomes: await service.handleParked(partition, request) }));
}

async function executed(receipt: Promise<Receipt>): Promise<Executed> {
  try {
    return { receipt: await receipt };
  } catch (error) {
    const told = toPeerError(error);
    if (!told) throw error;
    return { error: told };
  }
}
