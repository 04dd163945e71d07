import { setTimeout as sleep } from 'node:timers/promises';
import { faultPlan } from '#mechanisms/kafka/testing/fault-proxy/index';
import type { Fate, FaultRule } from '#mechanisms/kafka/testing/fault-proxy/index';
import type { Accident, FaultPlan, MessageFault } from './fault-plan.ts';
import type { FaultStage } from './fault-stage.ts';

/** Lets the plan's faults happen on the stage, from its making until `end`. */
export class Accidents {
  /** How many messages were hit, and how many accidents happened; what needs more messages than came does not happen. */
  readonly counts = { messages: 0, accidents: 0 };
  private readonly stage: FaultStage;
  private readonly ending = new AbortController();
  private readonly underWay: Promise<unknown>[] = [];

  constructor(stage: FaultStage, { messages, accidents }: FaultPlan, seed: number) {
    this.stage = stage;
    const rules = new Map<string, FaultRule[]>();
    const addRule = (instance: string, rule: FaultRule) => rules.set(instance, [...(rules.get(instance) ?? []), rule]);
    for (const accident of accidents) {
      const { when } = accident;
      if (typeof when === 'number') this.underWay.push(this.after(when, accident));
      else addRule(when.instance, { ...when, fate: () => ({ until: this.happen(accident) }) });
    }
    for (const { instance, fate, ...rule } of messages) addRule(instance, { ...rule, fate: () => this.counted(fate) });
    for (const [instance, own] of rules) stage.proxyOf(instance).faults = faultPlan(own, seed);
  }

  /** What has not happened yet does not happen any more; waits until what has is over. */
  async end(): Promise<void> {
    this.ending.abort();
    await Promise.all(this.underWay);
    this.stage.heal();
  }

  private counted(fate: MessageFault['fate']): Fate {
    this.counts.messages += 1;
    return fate;
  }

  private async after(milliseconds: number, accident: Accident): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.ending.signal }).catch(() => {});
    if (!this.ending.signal.aborted) await this.happen(accident);
  }

  /** Resolves when it has struck; it may last longer. */
  private happen(accident: Accident): Promise<unknown> {
    if (this.ending.signal.aborted) return Promise.resolve();
    this.counts.accidents += 1;
    const { struck, over } = this.strike(accident);
    this.underWay.push(over);
    return struck;
  }

  private strike({ victim, broker, what, forMs }: Accident): { struck: Promise<unknown>; over: Promise<unknown> } {
    if (victim === 'kafka') return this.stage.brokers.strike(what, broker, forMs);
    const { stage } = this;
    const now = Promise.resolve();
    switch (what) {
      case 'kill':
        stage.signal(victim, 'SIGKILL');
        return { struck: now, over: now };
      case 'terminate':
        stage.signal(victim, 'SIGTERM');
        return { struck: now, over: now };
      case 'freeze':
        stage.signal(victim, 'SIGSTOP');
        return { struck: now, over: sleep(forMs).then(() => stage.signal(victim, 'SIGCONT')) };
      case 'cut off':
        stage.proxyOf(victim).partition();
        return { struck: now, over: sleep(forMs).then(() => stage.proxyOf(victim).heal()) };
      default:
        return what satisfies never;
    }
  }
}
