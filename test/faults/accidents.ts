import { setTimeout as sleep } from 'node:timers/promises';
import { faultPlan } from '#mechanisms/kafka/testing/fault-proxy/index';
import type { Fate, FaultRule } from '#mechanisms/kafka/testing/fault-proxy/index';
import { waitFor } from '#mechanisms/testing/wait-for';
import type { Accident, FaultPlan, MessageFault } from './fault-plan.ts';
import type { FaultStage } from './fault-stage.ts';

/** Lets the plan's faults happen on the stage, from its making until `end`. */
export class Accidents {
  /** How many messages were hit, and accidents struck somebody; what needs more messages than came does not happen. */
  readonly counts = { messages: 0, accidents: 0 };
  private readonly stage: FaultStage;
  private readonly ending = new AbortController();
  private readonly underWay: Promise<unknown>[] = [];
  private readonly planned: number;

  constructor(stage: FaultStage, { messages, accidents }: FaultPlan, seed: number) {
    this.stage = stage;
    this.planned = accidents.length;
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

  /** Resolves when every accident has struck, or after `timeoutMs`. */
  async allStruck(timeoutMs: number): Promise<void> {
    await waitFor(() => this.counts.accidents >= this.planned, timeoutMs).catch(() => {});
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
    const { struck, over } = this.strike(accident);
    this.underWay.push(over);
    return struck.then((isHit) => (this.counts.accidents += Number(isHit)));
  }

  /** `struck` tells whether there was somebody to strike. */
  private strike({ victim, broker, what, forMs }: Accident): { struck: Promise<boolean>; over: Promise<unknown> } {
    const { stage } = this;
    if (victim === 'kafka') {
      const { struck, over } = stage.brokers.strike(what, broker, forMs);
      return { struck: struck.then(() => true), over };
    }
    const now = (isHit: boolean) => Promise.resolve(isHit);
    switch (what) {
      case 'kill':
        return { struck: now(stage.signal(victim, 'SIGKILL')), over: now(true) };
      case 'terminate':
        return { struck: now(stage.signal(victim, 'SIGTERM')), over: now(true) };
      case 'freeze':
        return {
          struck: now(stage.signal(victim, 'SIGSTOP')),
          over: sleep(forMs).then(() => stage.signal(victim, 'SIGCONT')),
        };
      case 'cut off':
        stage.proxyOf(victim).partition();
        return { struck: now(true), over: sleep(forMs).then(() => stage.proxyOf(victim).heal()) };
      default:
        return what satisfies never;
    }
  }
}
