import { DecoderOfKafkajs } from '../connection/kafkajs-internals.ts';
import type { Decoder, ProtocolRequest } from '../connection/kafkajs-internals.ts';
import type { AbortedTransaction } from '../records/record-batches.ts';

/** What a broker answers about one partition; its record batches as they came. */
export interface FetchedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly abortedTransactions: readonly AbortedTransaction[];
  readonly recordSet: Buffer;
}

interface FetchReply {
  /** Milliseconds; kafkajs keeps requests back for so long. */
  readonly clientSideThrottleTime: number;
  readonly partitions: readonly FetchedPartition[];
}

/** The response of Fetch, version 11. kafkajs' own decodes each record into a dozen objects, which costs most of a read. */
export const fetchResponse: ProtocolRequest<FetchReply>['response'] = {
  decode: (raw) => Promise.resolve(decode(new DecoderOfKafkajs(raw))),
  parse: (reply) => Promise.resolve(reply),
};

function decode(decoder: Decoder): FetchReply {
  const clientSideThrottleTime = decoder.readInt32();
  decoder.readInt16(); // error code and id of a fetch session: none is used
  decoder.readInt32();
  const partitions = decoder.readArray(() => {
    const topic = decoder.readString();
    return decoder.readArray(() => ({ topic, ...partitionOf(decoder) }));
  });
  return { clientSideThrottleTime, partitions: partitions.flat() };
}

function partitionOf(decoder: Decoder): Omit<FetchedPartition, 'topic'> {
  const [partition, errorCode] = [decoder.readInt32(), decoder.readInt16()];
  const [highWatermark, lastStableOffset] = [Number(decoder.readInt64()), Number(decoder.readInt64())];
  decoder.readInt64(); // start of the log
  const abortedTransactions = decoder.readArray(() => ({
    producerId: decoder.readInt64().toString(),
    firstOffset: Number(decoder.readInt64()),
  }));
  decoder.readInt32(); // replica to read from: the leader, as long as no rack is named
  const recordSet = decoder.readBytes() ?? Buffer.alloc(0);
  return { partition, errorCode, highWatermark, lastStableOffset, abortedTransactions, recordSet };
}
