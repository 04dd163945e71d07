import type { DomainEvent } from '#mechanisms/event-sourcing/index';
import { NotOwner } from '#mechanisms/event-store/index';
import type { CommandEnvelope, EventModel, EventStore, Receipt, SeenEntity } from '#mechanisms/event-store/index';
import type { OwnerGroup } from './owner-group.ts';
import type { PeerClient } from './peer-client.ts';

/** How long a command waits for a partition that is on its way from one instance to another. */
const PATIENCE_MS = 3_000;
const RETRY_MS = 100;
/** What the command itself may take, wherever it is executed. */
const COMMAND_TIMEOUT_MS = 10_000;

/** A seen entity as it travels: its state as the latest record's fields. */
type Travelling = Pick<SeenEntity<never>, 'version' | 'clientKeys' | 'position'> & { readonly fields: object };

/**
 * Brings a command to the owner of its entity's partition: to this process's own, or over one hop to another instance's.
 * One that was certainly not executed because the partition has just moved is sent again, to whoever owns it then, for up
 * to 3 s; any other failure is the caller's.
 */
export class CommandRouter<State, Command, Event extends DomainEvent> {
  private readonly store: EventStore<State, Command, Event>;
  private readonly group: OwnerGroup;
  private readonly peers: PeerClient<Command>;
  private readonly model: EventModel<State, Command, Event>;

  constructor(
    store: EventStore<State, Command, Event>,
    group: OwnerGroup,
    peers: PeerClient<Command>,
    model: EventModel<State, Command, Event>,
  ) {
    this.store = store;
    this.group = group;
    this.peers = peers;
    this.model = model;
  }

  execute(envelope: CommandEnvelope<Command>): Promise<Receipt> {
    return this.attempt(envelope).catch((error: unknown) => this.again(envelope, error));
  }

  /** See {@link EventStore.waitBeyond}. What cannot be seen is undefined: the command itself was answered before. */
  async waitBeyond(entityId: string, version: number, timeoutMs: number): Promise<SeenEntity<State> | undefined> {
    const peer = this.peerOf(entityId);
    if (!peer) return this.store.waitBeyond(entityId, version, timeoutMs);
    const seen = (await this.peers
      .wait(peer, { entityId, version, timeoutMs })
      .catch(() => ({}))) as Partial<Travelling>;
    if (seen.fields === undefined) return undefined;
    const { fields, ...rest } = seen as Travelling;
    return { ...rest, state: this.model.fromLatest(fields as never) };
  }

  /** The owner's part of `waitBeyond` for another instance. */
  async travelling(entityId: string, version: number, timeoutMs: number): Promise<Travelling | undefined> {
    const seen = await this.store.waitBeyond(entityId, version, timeoutMs);
    if (!seen || seen.version === 0) return undefined;
    const { state, ...rest } = seen;
    return { ...rest, fields: this.model.toLatest(state) };
  }

  /** Answers false when the entity is this process's own. */
  promptPeer(entityId: string): boolean {
    const peer = this.peerOf(entityId);
    if (peer) void this.peers.prompt(peer, entityId).catch(() => undefined);
    return peer !== undefined;
  }

  private attempt(envelope: CommandEnvelope<Command>): Promise<Receipt> {
    const { entityId } = envelope;
    if (this.store.owns(entityId)) return this.store.execute(envelope);
    const peer = this.peerOf(entityId);
    if (!peer) return Promise.reject(new NotOwner('No instance owns the partition yet.'));
    return this.peers.execute(peer, envelope, COMMAND_TIMEOUT_MS);
  }

  private async again(envelope: CommandEnvelope<Command>, first: unknown): Promise<Receipt> {
    const patience = performance.now() + PATIENCE_MS;
    for (let error = first; ;) {
      if (!isNotOwner(error) || performance.now() > patience) throw error;
      await this.group.nextDirectory(RETRY_MS);
      try {
        return await this.attempt(envelope);
      } catch (next) {
        error = next;
      }
    }
  }

  private peerOf(entityId: string) {
    return this.store.owns(entityId) ? undefined : this.group.instanceOf(this.store.partitionOf(entityId));
  }
}

const isNotOwner = (error: unknown): boolean => (error as { name?: string }).name === 'NotOwner';
