import { NotExecuted, NotOwner, OutcomeUnknown } from '#mechanisms/event-store/index';
import type { CommandEnvelope, Receipt } from '#mechanisms/event-store/index';
import type { ParkedOutcome, ParkedRequest } from '#mechanisms/reactions/index';
import { HttpClient, wasNotReached } from '#mechanisms/http-client/index';
import type { Instance } from './owner-group.ts';
import { peerPath, toError } from './peer-messages.ts';
import type { Executed, PeerOperation } from './peer-messages.ts';

/** How much later than the other side this one gives up, so that the other's own answer arrives. */
const MARGIN_MS = 1_000;

/** Commands under way to one instance; each has a connection of its own while it waits. */
const MOST_UNDER_WAY = 512;

/** Up to a thousand transactions, one after another. */
const PARKED_TIMEOUT_MS = 60_000;

/** Passes commands on to the instance that owns their partition, over connections that are kept. */
export class PeerClient<Command> {
  private readonly entity: string;
  private readonly client = new HttpClient();
  private readonly underWay = new Map<string, number>();

  constructor(entity: string) {
    this.entity = entity;
  }

  /**
   * As `EventStore.execute`; `NotOwner` as well when the instance is not there or is another one now, and `NotExecuted`
   * when too many commands are under way to it.
   */
  async execute(peer: Instance, envelope: CommandEnvelope<Command>, timeoutMs: number): Promise<Receipt> {
    const underWay = this.underWay.get(peer.address) ?? 0;
    if (underWay >= MOST_UNDER_WAY) {
      throw new NotExecuted(`Too many commands wait for ${peer.address}.`, 'OVERLOADED');
    }
    this.underWay.set(peer.address, underWay + 1);
    try {
      const executed = (await this.ask(peer, 'execute', { envelope, timeoutMs }, timeoutMs)) as Executed;
      if ('error' in executed) throw toError(executed.error);
      return executed.receipt;
    } finally {
      this.underWay.set(peer.address, this.underWay.get(peer.address)! - 1);
    }
  }

  /** The entity's latest fields once it is beyond the version, see `EventStore.waitBeyond`. */
  async wait(peer: Instance, wanted: { entityId: string; version: number; timeoutMs: number }): Promise<unknown> {
    return this.ask(peer, 'wait', wanted, wanted.timeoutMs);
  }

  async prompt(peer: Instance, entityId: string): Promise<void> {
    await this.ask(peer, 'prompt', { entityId }, MARGIN_MS);
  }

  /** See `handleParked`; `NotOwner` as well when the partition is not open there. */
  async handleParked(peer: Instance, partition: number, request: ParkedRequest): Promise<readonly ParkedOutcome[]> {
    const { outcomes } = (await this.ask(peer, 'parked', { partition, request }, PARKED_TIMEOUT_MS)) as {
      outcomes?: readonly ParkedOutcome[];
    };
    if (!outcomes) throw new NotOwner(`${peer.address} does not own partition ${partition} now.`);
    return outcomes;
  }

  close(): void {
    this.client.close();
  }

  private async ask(peer: Instance, operation: PeerOperation, body: object, timeoutMs: number): Promise<unknown> {
    const { status, text } = await this.send(peer, operation, JSON.stringify(body), timeoutMs + MARGIN_MS);
    if (status === 200) return JSON.parse(text);
    if (status === 401 || status === 404 || status === 503) {
      throw new NotOwner(`${peer.address} does not take commands (${status}).`);
    }
    if (status < 500) throw new NotExecuted(`${peer.address} does not understand this instance (${status}).`);
    throw new OutcomeUnknown();
  }

  private async send({ address, token }: Instance, operation: PeerOperation, body: string, timeoutMs: number) {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    try {
      return await this.client.send(address + peerPath(this.entity, operation), {
        method: 'POST',
        headers,
        body,
        timeoutMs,
      });
    } catch (error) {
      if (wasNotReached(error)) throw new NotOwner(`${address} cannot be reached.`);
      throw new OutcomeUnknown();
    }
  }
}
