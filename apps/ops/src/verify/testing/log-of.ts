import type { KafkaLog, TopicRecord } from '../kafka-log.ts';

/** A log that holds these keys and values, in one partition of one topic. */
export function logOf(
  topic: string,
  records: readonly (readonly [key: string | null, value: string | null])[],
): KafkaLog {
  const all = records.map(([key, value], offset): TopicRecord => ({
    topic,
    partition: 0,
    offset,
    key,
    value: value === null ? null : Buffer.from(value),
    headers: [],
  }));
  const only = <T>(name: string, answer: T): Promise<T> =>
    name === topic ? Promise.resolve(answer) : Promise.reject(new Error(`Unknown topic ${name}`));
  return {
    starts: (name: string) => only(name, [0]),
    ends: (name: string) => only(name, [all.length]),
    async *read({ from, to }: { from: number; to: number }) {
      yield await Promise.resolve(all.slice(from, to));
    },
  } as unknown as KafkaLog;
}
