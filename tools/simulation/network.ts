import { KafkaUnavailable } from '#mechanisms/kafka/errors';
import type { Scheduler } from './scheduler.ts';
import type { SimulatedProcess } from './simulated-process.ts';

/** How long an answer is waited for. */
const PATIENCE_MS = 300;

/** Carries requests between processes and the broker: late, in any order, and while there is trouble sometimes not at all. */
export class Network {
  /** The probability that one request or its reply is lost or held up. */
  trouble = 0;
  /** The same for the requests that write, which alone can leave an outcome unknown. */
  writeTrouble = 0;
  private readonly scheduler: Scheduler;

  constructor(scheduler: Scheduler) {
    this.scheduler = scheduler;
  }

  /** How long something is under way. */
  delay(): number {
    const { random } = this.scheduler;
    const kind = random.next();
    if (kind < 0.8) return random.between(0, 3);
    return kind < 0.98 ? random.between(0, 30) : random.between(0, PATIENCE_MS);
  }

  /** Delivers something that nobody waits for. */
  carry(deliver: () => void): void {
    this.scheduler.after(this.delay(), deliver);
  }

  /**
   * Has the broker handle a request, and gives the process the reply as a step. Rejects with what the broker throws, or with
   * KafkaUnavailable when nothing came back: then the request was never handled, or was, or will be.
   */
  ask<T>(process: SimulatedProcess, handle: () => T, trouble = this.trouble): Promise<T> {
    const { random } = this.scheduler;
    return new Promise((resolve, reject) => {
      const lost = random.chance(trouble) ? random.oneOf(['request', 'reply', 'late'] as const) : undefined;
      if (lost) {
        const failure = () => reject(new KafkaUnavailable(`${lost} lost`));
        process.step(random.between(0, PATIENCE_MS), failure);
        if (lost === 'request') return;
      }
      this.scheduler.after(lost === 'late' ? random.between(0, 4 * PATIENCE_MS) : this.delay(), () => {
        const reply = settled(handle);
        if (!lost) process.step(this.delay(), () => ('value' in reply ? resolve(reply.value) : reject(reply.error)));
      });
    });
  }
}

function settled<T>(handle: () => T): { value: T } | { error: unknown } {
  try {
    return { value: handle() };
  } catch (error) {
    return { error };
  }
}
