import type { AccountCommand } from './account.ts';
import { isNotExecuted, isUnknown } from './history.ts';
import type { Answer, Attempt, Operation } from './history.ts';
import type { Instance } from './instance.ts';
import { EPOCH } from './simulated-process.ts';
import { uuidBy } from './uuid-by.ts';
import type { World } from './world.ts';

/** How long a client waits for an answer before it takes the outcome for unknown. */
const PATIENCE_MS = 600;

/** Does one operation after the other, to the end of each: what was certainly not executed, and what has a key, it sends again. */
export class Client {
  private readonly world: World;
  private readonly operations: number;
  private done = 0;

  constructor(world: World, operations: number) {
    this.world = world;
    this.operations = operations;
    this.next();
  }

  get finished(): boolean {
    return this.done === this.operations;
  }

  private next(): void {
    const { scheduler, random } = this.world;
    scheduler.after(random.between(0, 120), () => {
      const operation = this.invent();
      this.world.history.push(operation);
      this.send(operation);
    });
  }

  private invent(): Operation {
    const { random, accounts, seenVersions } = this.world;
    const accountId = random.oneOf(accounts);
    const commandId = uuidBy(random);
    const origin = {
      commandId,
      causationId: commandId,
      correlationId: 'simulation',
      actor: 'client',
      traceparent: null,
    };
    const envelope = {
      entityId: accountId,
      command: this.inventCommand(accountId),
      ...origin,
      ...(random.chance(0.5) && { requestHash: 'hash' }),
      ...(random.chance(0.2) && { expectedVersion: random.oneOf([seenVersions.get(accountId) ?? 0, 'any' as const]) }),
    };
    return { envelope, attempts: [], finished: false };
  }

  private inventCommand(accountId: string): AccountCommand {
    const { random, scheduler } = this.world;
    const kind = random.next();
    if (kind < 0.3) return { type: 'Open', accountId, limit: random.between(1, 8) };
    if (kind < 0.65) return { type: 'Spend', accountId, amount: random.between(1, 2), times: random.between(0, 3) };
    if (kind < 0.8) return { type: 'Touch', accountId };
    return { type: 'Hold', accountId, until: EPOCH + scheduler.now + random.between(50, 900) };
  }

  private send(operation: Operation): void {
    const { world } = this;
    const { scheduler, network, random } = world;
    let heard = false;
    const hear = (answer: Answer | 'nobody' | 'nothing') => {
      if (heard) return;
      heard = true;
      this.react(operation, answer);
    };
    scheduler.after(PATIENCE_MS, () => hear('nothing'));
    const instance = world.instanceFor(operation.envelope.entityId);
    if (!instance) return hear('nobody');
    if (random.chance(network.trouble)) return;
    network.carry(() => {
      if (instance.process.alive) this.deliver(instance, operation, hear);
      else network.carry(() => hear('nobody'));
    });
  }

  private deliver(instance: Instance, operation: Operation, hear: (answer: Answer) => void): void {
    const { network, random, broker } = this.world;
    instance.process.step(0, () => {
      const attempt: Attempt = {
        instance: instance.process.name,
        deliveredAt: broker.commits,
        answeredAt: Number.POSITIVE_INFINITY,
        answer: undefined,
      };
      operation.attempts.push(attempt);
      instance.serve(operation.envelope, attempt, () => {
        if (!random.chance(network.trouble)) network.carry(() => hear(attempt.answer!));
      });
    });
  }

  private react(operation: Operation, answer: Answer | 'nobody' | 'nothing'): void {
    const { scheduler, random, seenVersions } = this.world;
    const isCertainlyUndone = answer === 'nobody' || (answer !== 'nothing' && isNotExecuted(answer));
    const isOpen = answer === 'nothing' || (answer !== 'nobody' && isUnknown(answer));
    const again = isCertainlyUndone || (isOpen && operation.envelope.requestHash !== undefined);
    if (again) return scheduler.after(random.between(10, 120), () => this.send(operation));
    if (typeof answer === 'object' && 'receipt' in answer) {
      seenVersions.set(operation.envelope.entityId, answer.receipt.version);
    }
    operation.finished = true;
    this.done += 1;
    if (!this.finished) this.next();
  }
}
