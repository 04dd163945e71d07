import { Kafka, logLevel, Partitioners } from 'kafkajs';
import type { Message } from 'kafkajs';
import { testBrokers } from './kafka-under-test.ts';

export type { Message } from 'kafkajs';

/** Somebody with another client, who writes into our topics whatever he likes. */
export class Stranger {
  readonly #producer = new Kafka({
    clientId: 'stranger',
    brokers: [...testBrokers],
    logLevel: logLevel.NOTHING,
  }).producer({
    createPartitioner: Partitioners.DefaultPartitioner,
  });

  async connect(): Promise<void> {
    await this.#producer.connect();
  }

  /** Answers the offset of the first message. */
  async write(topic: string, partition: number, ...messages: Message[]): Promise<number> {
    const [appended] = await this.#producer.send({ topic, messages: messages.map((one) => ({ ...one, partition })) });
    return Number(appended!.baseOffset);
  }

  async disconnect(): Promise<void> {
    await this.#producer.disconnect();
  }
}
