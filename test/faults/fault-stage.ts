import { faultPlan, FaultProxy } from '#mechanisms/kafka/testing/fault-proxy/index';
import { waitFor } from '#mechanisms/testing/wait-for';
import { System } from '../system.ts';
import { Brokers } from './brokers.ts';
import type { Cast } from './fault-plan.ts';

/** Soon enough that nobody waits for an order that got lost on the way, and late enough for what faults delay. */
const SETTINGS = {
  VALIDATION_DEADLINE_MS: '15000',
  PAYMENT_DEADLINE_MS: '20000',
  CARD_PROCESSOR_TIMEOUT_MS: '1000',
  CARD_PROCESSOR_FIRST_PAUSE_MS: '100',
  CARD_PROCESSOR_LONGEST_PAUSE_MS: '1000',
  CARD_PROCESSOR_SLOW_MS: '300',
};
/** They have no connection to Kafka. */
const WITHOUT_KAFKA: readonly string[] = ['gateway', 'card-processor'];
const READY_WITHIN_MS = 60_000;

/** The whole suite, with a fault proxy of its own between each process and Kafka. */
export class FaultStage {
  readonly system: System;
  readonly cast: Cast;
  readonly brokers: Brokers;
  private readonly proxies: ReadonlyMap<string, FaultProxy>;

  private constructor(system: System, proxies: ReadonlyMap<string, FaultProxy>) {
    this.system = system;
    this.proxies = proxies;
    this.brokers = new Brokers(system.brokers);
    const named = (pattern: RegExp) => system.instances.filter((instance) => pattern.test(instance));
    this.cast = {
      orderCommands: named(/^order-command/),
      otherCommands: named(/^(customer|payment)-command/),
      queries: named(/-query/),
      brokers: this.brokers.count,
    };
  }

  /** Starts it with so many instances of order-command, on one broker or three. */
  static async start(orderCommands: number, brokers: 1 | 3): Promise<FaultStage> {
    const proxies = new Map<string, FaultProxy>();
    const brokersFor = async (instance: string, brokers: string): Promise<string> => {
      if (WITHOUT_KAFKA.includes(instance)) return brokers;
      const proxy = await FaultProxy.start(brokers.split(','));
      proxies.set(instance, proxy);
      return proxy.addresses.join(',');
    };
    const system = await System.start(SETTINGS, undefined, {
      instances: { 'order-command': orderCommands },
      brokersFor,
      brokers,
    });
    return new FaultStage(system, proxies);
  }

  proxyOf(instance: string): FaultProxy {
    return this.proxies.get(instance)!;
  }

  urlOf(instance: string): string {
    return this.system.addresses.apps[instance]!;
  }

  /** Sends a signal to an instance, and answers whether it runs; one that does not gets nothing. */
  signal(instance: string, signal: NodeJS.Signals): boolean {
    const { pid } = this.system.app(instance);
    return pid !== undefined && process.kill(pid, signal);
  }

  /** Ends every fault of the network and lets every process go on. */
  heal(): void {
    for (const [instance, proxy] of this.proxies) {
      proxy.faults = faultPlan([]);
      proxy.heal();
      this.signal(instance, 'SIGCONT');
    }
  }

  /** Waits until every instance says that it is ready. */
  async ready(): Promise<void> {
    for (const instance of this.system.instances) {
      const url = `${this.urlOf(instance)}/health/ready`;
      await waitFor(async () => {
        const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
        return answer?.ok;
      }, READY_WITHIN_MS).catch((error: unknown) => {
        throw new Error(`${instance} is not ready again`, { cause: error });
      });
    }
  }

  async stop(): Promise<void> {
    this.heal();
    await this.system.stop();
    for (const proxy of this.proxies.values()) proxy.close();
  }
}
