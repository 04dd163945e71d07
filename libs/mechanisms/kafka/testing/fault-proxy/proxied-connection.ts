import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Fate } from './faults.ts';
import { Frames } from './frames.ts';
import { Lane } from './lane.ts';
import { correlationIdOf, requestHeader } from './message.ts';
import type { Direction, Message } from './message.ts';

/** What the proxy decides for its connections. */
export interface Traffic {
  fateOf(message: Message): Fate;
  /** What to wait for before anything goes on in this direction; undefined when the way is free. */
  barrier(connection: ProxiedConnection, direction: Direction): Promise<unknown> | undefined;
  nameProxy(reply: Buffer, message: Message): void;
}

/**
 * One client's connection to one broker. As on a network, what one side has sent before it closed still arrives at the
 * other, in order, also when that is much later.
 */
export class ProxiedConnection {
  readonly broker: string;
  /** As the newest request said. */
  clientId: string | null = null;
  readonly #sockets: readonly [client: Socket, broker: Socket];
  readonly #traffic: Traffic;
  readonly #requests = new Map<number, Message>();

  constructor(broker: string, sockets: readonly [client: Socket, broker: Socket], traffic: Traffic) {
    this.broker = broker;
    this.#sockets = sockets;
    this.#traffic = traffic;
    const [toClient, toBroker] = sockets;
    this.#connect('request', toClient, toBroker, (frame) => this.#request(frame));
    this.#connect('reply', toBroker, toClient, (frame) => this.#reply(frame));
  }

  /** Ends both sides at once, without a word; what has not been delivered is lost. */
  reset(): void {
    for (const socket of this.#sockets) {
      if (socket.connecting) socket.destroy();
      else socket.resetAndDestroy();
    }
  }

  #connect(direction: Direction, from: Socket, to: Socket, read: (frame: Buffer) => Message | undefined): void {
    const lane = new Lane(() => this.#traffic.barrier(this, direction));
    const frames = new Frames();
    from.setNoDelay(true);
    from.on('error', () => {}); // 'close' follows
    from.on('close', () => lane.add(() => to.destroySoon()));
    from.on('data', (chunk: Buffer) => {
      try {
        for (const frame of frames.take(chunk)) {
          const message = read(frame);
          this.#settle(message ? this.#traffic.fateOf(message) : 'pass', lane, () => to.write(frame));
        }
      } catch {
        this.reset();
      }
    });
  }

  #settle(fate: Fate, lane: Lane, deliver: () => void): void {
    if (fate === 'reset') this.reset();
    else if (fate === 'pass') lane.add(deliver);
    else if (fate !== 'drop') lane.add(deliver, 'until' in fate ? fate.until : lateBy(fate.delayMs));
  }

  #request(frame: Buffer): Message {
    const message = { direction: 'request', broker: this.broker, ...requestHeader(frame) } as const;
    this.clientId = message.clientId;
    this.#requests.set(message.correlationId, message);
    return message;
  }

  #reply(frame: Buffer): Message | undefined {
    const correlationId = correlationIdOf(frame);
    const request = this.#requests.get(correlationId);
    if (!request) return undefined;
    this.#requests.delete(correlationId);
    const message = { ...request, direction: 'reply' } as const;
    this.#traffic.nameProxy(frame, message);
    return message;
  }
}

const lateBy = (milliseconds: number): Promise<unknown> => sleep(milliseconds, undefined, { ref: false });
