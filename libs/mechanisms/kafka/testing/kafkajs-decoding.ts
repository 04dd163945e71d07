import { decodeMessages, DecoderOfKafkajs, filterAbortedMessages } from '../connection/kafkajs-internals.ts';
import type { DecodedRecord } from '../connection/kafkajs-internals.ts';
import type { AbortedTransaction, DecodedBatches } from '../records/record-batches.ts';
import type { LogRecord } from '../types.ts';
import { advanceSequence } from '../writing/sequence.ts';

/** As `decodeRecordBatches`, by kafkajs' own decoder and filter with our patches. */
export async function decodeWithKafkajs(
  bytes: Buffer,
  position: number,
  aborted: readonly AbortedTransaction[],
): Promise<DecodedBatches> {
  const size = Buffer.alloc(4);
  size.writeInt32BE(bytes.length);
  const messages = await decodeMessages(new DecoderOfKafkajs(Buffer.concat([size, bytes])));
  const abortedTransactions = aborted.map(({ producerId, firstOffset }) => ({
    producerId,
    firstOffset: String(firstOffset),
  }));
  const visible = filterAbortedMessages({ messages, abortedTransactions });
  const last = messages.at(-1);
  return {
    records: visible
      .filter((message) => !message.isControlRecord && Number(message.offset) >= position)
      .map(toLogRecord),
    nextOffset: last === undefined ? position : Math.max(position, Number(last.offset) + 1),
    isEmpty: last === undefined,
  };
}

function toLogRecord({ offset, timestamp, key, value, headers, batchContext }: DecodedRecord): LogRecord {
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
