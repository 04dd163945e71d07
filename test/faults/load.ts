import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SeededRandom } from '#mechanisms/testing/seeded-random';
import type { Operation } from './check/operation.ts';
import { RecordingClient } from './recording-client.ts';
import type { Command } from './recording-client.ts';

export interface LoadTargets {
  /** Where orders may be sent; each request goes to one of them. */
  readonly urls: readonly string[];
  readonly customers: readonly string[];
}

const CLIENTS = 10;
/** When a client cuts the connection; the last is longer than a service takes to say that it does not know. */
const PATIENCE_MS = [1_000, 1_000, 2_500, 15_000] as const;
/** So few that clients meet each other at the same order. */
const ORDERS_IN_PLAY = 12;
const TOKENS = ['tok_ok', 'tok_ok', 'tok_ok', 'tok_ok', 'tok_twice', 'tok_declined'] as const;
const PAUSE_MS = 120;

/** Clients that place, ship, deliver and cancel orders by chance, get in each other's way, and repeat what went wrong. */
export class Load {
  private readonly random: SeededRandom;
  private readonly targets: LoadTargets;
  private readonly clients: readonly RecordingClient[];
  private readonly orders: { id: string; version: number }[] = [];
  private ended = false;

  /** Operations and keys begin with `name`, which no other load on the same orders has. */
  constructor(name: string, random: SeededRandom, targets: LoadTargets) {
    this.random = random;
    this.targets = targets;
    this.clients = Array.from({ length: CLIENTS }, (_, index) => new RecordingClient(`${name}-${index + 1}`));
  }

  get operations(): Operation[] {
    return this.clients.flatMap(({ operations }) => operations);
  }

  /** Goes on until `end`, then waits for the answers that are still due. */
  async run(end: Promise<unknown>): Promise<void> {
    const clients = this.clients.map((client, index) => this.play(client, this.random.fork(`client ${index + 1}`)));
    await end;
    this.ended = true;
    await Promise.all(clients);
  }

  private async play(client: RecordingClient, random: SeededRandom): Promise<void> {
    let earlier: Command | undefined;
    while (!this.ended) {
      const repeats = earlier?.key !== undefined && random.chance(0.1) ? earlier : undefined;
      const command = repeats ? again(repeats, random) : this.newCommand(random, client);
      earlier = command;
      for (let unknown = true; unknown; unknown &&= command.key !== undefined && random.chance(0.7)) {
        const operation = await client.send(random.oneOf(this.targets.urls), command);
        unknown = operation.outcome.kind === 'unknown';
        this.remember(operation);
        await sleep(random.between(0, operation.outcome.kind === 'not-executed' ? 4 * PAUSE_MS : PAUSE_MS));
      }
    }
  }

  private newCommand(random: SeededRandom, { operations }: RecordingClient): Command {
    // Some give up before anybody can have answered: what they asked for may happen all the same.
    const timeoutMs = random.chance(0.03) ? random.between(1, 40) : random.oneOf(PATIENCE_MS);
    const key = random.chance(0.4) ? { key: `key-${random.between(1, 1_000_000)}-${operations.length}` } : {};
    if (this.orders.length === 0 || random.chance(0.3)) {
      return { verb: 'place', body: this.placement(random), timeoutMs, ...key };
    }
    const verb = random.oneOf(['ship', 'ship', 'deliver', 'deliver', 'cancel'] as const);
    const order = random.chance(0.04) ? { id: randomUUID(), version: 1 } : random.oneOf(this.orders);
    const ifMatch = random.chance(0.3)
      ? { ifMatch: random.oneOf([order.version, order.version + 1, '*'] as const) }
      : {};
    return { verb, orderId: order.id, body: BODIES[verb](random), timeoutMs, ...key, ...ifMatch };
  }

  private placement(random: SeededRandom): object {
    const unitPrice = { amount: random.between(100, 9_999), currency: 'EUR' };
    const lines = [{ sku: 'A', name: 'Article A', quantity: 1, unitPrice }];
    return { customerId: random.oneOf(this.targets.customers), lines, paymentMethod: { token: random.oneOf(TOKENS) } };
  }

  private remember({ outcome }: Operation): void {
    if (outcome.kind !== 'accepted') return;
    const known = this.orders.find(({ id }) => id === outcome.orderId);
    if (known) known.version = outcome.version;
    else this.orders.push({ id: outcome.orderId, version: outcome.version });
    if (this.orders.length > ORDERS_IN_PLAY) this.orders.shift();
  }
}

const BODIES = {
  ship: (random: SeededRandom) => ({ carrier: 'Parcel', trackingNumber: `P${random.between(1, 1_000_000)}` }),
  deliver: () => ({}),
  cancel: (random: SeededRandom) => ({ reason: `reason ${random.between(1, 1_000_000)}` }),
};

/** The same command once more; sometimes its key serves another one. */
const again = (command: Command, random: SeededRandom): Command =>
  command.verb === 'cancel' && random.chance(0.3) ? { ...command, body: { reason: 'another' } } : command;
