import type { DecodedRecord } from './kafkajs-internals.ts';
import { advanceSequence } from './sequence.ts';
import type { LogRecord } from './types.ts';

export function toLogRecord({ offset, timestamp, key, value, headers, batchContext }: DecodedRecord): LogRecord {
  const { firstOffset, firstSequence, producerId, producerEpoch } = batchContext;
  const position = Number(offset);
  const isSequenced = firstSequence >= 0;
  return {
    offset: position,
    timestamp: Number(timestamp),
    key,
    value,
    headers,
    producerId,
    producerEpoch,
    sequence: isSequenced ? advanceSequence(firstSequence, position - Number(firstOffset)) : -1,
  };
}
