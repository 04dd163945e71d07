import { Producer } from '@platformatic/kafka';
import { partitionFor } from '#mechanisms/kafka/index';
import type { System } from './system.ts';

export const PARTITIONS = 3;

/** A stranger who writes garbage with a client of its own, and the operator who sees to it. */
export class DeadLetterDesk {
  private readonly system: System;
  private readonly stranger: Producer;

  constructor(system: System) {
    this.system = system;
    this.stranger = new Producer({ clientId: 'stranger', bootstrapBrokers: [system.kafka.brokers] });
  }

  /** Writes garbage where the events of an order stand. */
  async litter(orderId: string, garbage: string): Promise<void> {
    const place = { topic: 'order-events', partition: partitionFor(orderId, PARTITIONS), key: Buffer.from(orderId) };
    await this.stranger.send({ messages: [{ ...place, value: Buffer.from(garbage) }] });
  }

  /** What `factstream dlq` prints; a redrive that leaves something ends with 1. */
  dlq(...args: string[]): Promise<string> {
    return this.system.factstream('dlq', ...args).catch((failure: { stdout: string }) => failure.stdout);
  }

  async list(...filter: string[]): Promise<Record<string, unknown>[]> {
    const lines = (await this.dlq('list', '--json', ...filter)).split('\n').filter(Boolean);
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  async close(): Promise<void> {
    await this.stranger.close();
  }
}
