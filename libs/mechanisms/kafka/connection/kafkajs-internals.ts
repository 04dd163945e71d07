import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import type { logCreator, SASLOptions } from 'kafkajs';

// Every deep import of kafkajs is in this file. The package is frozen at 2.2.4, which has no `exports` map.
const load = createRequire(import.meta.url);

requirePatchedKafkajs();

export interface ProtocolRequest<Data> {
  readonly request: {
    readonly apiKey: number;
    readonly apiVersion: number;
    readonly apiName: string;
    encode(): unknown;
  };
  readonly response: { decode(raw: Buffer): Promise<Data>; parse(data: Data): Promise<Data> };
  readonly requestTimeout?: number;
  readonly logResponseError?: boolean;
}

type RequestDefinition<Parameters, Data> = {
  readonly versions: readonly string[];
  protocol(version: { version: number }): (parameters: Parameters) => ProtocolRequest<Data>;
};

interface TopicPartitions<Partition> {
  readonly topic: string;
  readonly partitions: readonly Partition[];
}

export interface Encoder {
  readonly buffer: Buffer;
  writeInt8(value: number): Encoder;
  writeInt16(value: number): Encoder;
  writeInt32(value: number): Encoder;
  writeInt64(value: number | string): Encoder;
  writeString(value: string | null): Encoder;
  writeBytes(value: Buffer | null): Encoder;
  writeBuffer(value: Buffer): Encoder;
  writeVarInt(value: number): Encoder;
  writeVarIntBytes(value: Buffer | null): Encoder;
}

/** A record as kafkajs decodes it; one that marks the end of a transaction or of a batch has `isControlRecord`. */
export interface DecodedRecord {
  readonly offset: string;
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Record<string, Buffer | string | (Buffer | string)[] | undefined>;
  readonly isControlRecord: boolean;
  readonly batchContext: {
    readonly firstOffset: string;
    readonly producerId: string;
    readonly producerEpoch: number;
    readonly firstSequence: number;
    readonly inTransaction: boolean;
  };
}

export interface Broker {
  readonly connectionPool: { send<Data>(protocol: ProtocolRequest<Data>): Promise<Data> };
  connect(): Promise<void>;
  isConnected(): boolean;
}

export type CreateSocket = (destination: { host: string; port: number; ssl?: object; onConnect: () => void }) => Socket;

interface ConnectionOptions {
  readonly host: string;
  readonly port: number;
  readonly clientId: string;
  readonly ssl: object | null;
  readonly sasl: SASLOptions | null;
  readonly logger: unknown;
  readonly socketFactory: CreateSocket;
  readonly connectionTimeout: number;
  readonly requestTimeout: number;
}

export const ConnectionPoolOfKafkajs = load('kafkajs/src/network/connectionPool') as new (
  options: ConnectionOptions,
) => Broker['connectionPool'];

export const BrokerOfKafkajs = load('kafkajs/src/broker') as new (options: {
  readonly connectionPool: Broker['connectionPool'];
  readonly logger: unknown;
}) => Broker;

export const { createLogger: createKafkajsLogger } = load('kafkajs/src/loggers') as {
  createLogger: (options: { level: number; logCreator: logCreator }) => unknown;
};

export const createKafkajsSocket = (load('kafkajs/src/network/socketFactory') as () => CreateSocket)();

export const EncoderOfKafkajs = load('kafkajs/src/protocol/encoder') as new (initialSize?: number) => Encoder;

export interface Decoder {
  readInt16(): number;
  readInt32(): number;
  readInt64(): { toString(): string };
  readString(): string;
  readBytes(): Buffer | null;
  readArray<T>(read: (decoder: Decoder) => T): T[];
}

export const DecoderOfKafkajs = load('kafkajs/src/protocol/decoder') as new (buffer: Buffer) => Decoder;

/** The protocol's error codes as far as kafkajs knows them. */
export const errorCodes = (
  load('kafkajs/src/protocol/error') as {
    errorCodes: readonly { type: string; code: number; retriable: boolean; message: string }[];
  }
).errorCodes;

export const filterAbortedMessages = load('kafkajs/src/consumer/filterAbortedMessages') as (fetched: {
  messages: readonly DecodedRecord[];
  abortedTransactions: readonly { readonly producerId: string; readonly firstOffset: string }[] | null;
}) => DecodedRecord[];

export const decodeMessages = load('kafkajs/src/protocol/requests/fetch/v4/decodeMessages') as (
  decoder: object,
) => Promise<DecodedRecord[]>;

/** The bytes that members of a consumer group and their leader exchange; Kafka's own tools read them too. */
export const { MemberMetadata, MemberAssignment } = load('kafkajs/src/consumer/assignerProtocol') as {
  MemberMetadata: {
    encode(metadata: { version: number; topics: readonly string[]; userData: Buffer }): Buffer;
    decode(bytes: Buffer): { readonly userData: Buffer | null };
  };
  MemberAssignment: {
    encode(assignment: {
      version: number;
      assignment: Readonly<Record<string, readonly number[]>>;
      userData: Buffer;
    }): Buffer;
    decode(bytes: Buffer): {
      readonly assignment: Readonly<Record<string, readonly number[]>>;
      readonly userData: Buffer | null;
    } | null;
  };
};

interface ErrorsOfPartitions {
  readonly errors: readonly {
    readonly topic: string;
    readonly partitionErrors: readonly { readonly partition: number; readonly errorCode: number }[];
  }[];
}

interface Producer {
  readonly transactionalId: string;
  readonly producerId: string;
  readonly producerEpoch: number;
}

interface ConfigEntry {
  readonly name: string;
  readonly value: string;
}

interface ConfigResource {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly resourceName: string;
}

export interface BrokerAddress {
  readonly nodeId: number;
  readonly host: string;
  readonly port: number;
}

/** Where one partition's part of a produce request was appended, or why not. */
export interface ProducedPartition {
  readonly partition: number;
  readonly errorCode: number;
  readonly baseOffset: string;
}

export const requests = (load('kafkajs/src/protocol/requests') as { requests: object }).requests as {
  readonly Metadata: RequestDefinition<
    { topics: readonly string[]; allowAutoTopicCreation: boolean },
    {
      readonly brokers: readonly BrokerAddress[];
      readonly topicMetadata: readonly {
        readonly topic: string;
        readonly topicErrorCode: number;
        readonly partitionMetadata: readonly {
          readonly partitionId: number;
          readonly leader: number;
          readonly isr: readonly number[];
        }[];
      }[];
    }
  >;
  readonly CreateTopics: RequestDefinition<
    {
      topics: readonly {
        topic: string;
        numPartitions: number;
        replicationFactor: number;
        configEntries: readonly ConfigEntry[];
      }[];
      timeout: number;
    },
    {
      readonly topicErrors: readonly {
        readonly topic: string;
        readonly errorCode: number;
        readonly errorMessage: string | null;
      }[];
    }
  >;
  readonly DescribeConfigs: RequestDefinition<
    { resources: readonly { type: number; name: string }[] },
    {
      readonly resources: readonly (ConfigResource & {
        readonly configEntries: readonly {
          readonly configName: string;
          readonly configValue: string | null;
          readonly configSource: number;
        }[];
      })[];
    }
  >;
  readonly AlterConfigs: RequestDefinition<
    { resources: readonly { type: number; name: string; configEntries: readonly ConfigEntry[] }[] },
    { readonly resources: readonly ConfigResource[] }
  >;
  readonly GroupCoordinator: RequestDefinition<
    { groupId: string; coordinatorType: number },
    { readonly errorCode: number; readonly coordinator: BrokerAddress }
  >;
  readonly Produce: RequestDefinition<
    object,
    { readonly topics: readonly { readonly topicName: string; readonly partitions: readonly ProducedPartition[] }[] }
  >;
  readonly InitProducerId: RequestDefinition<
    { transactionalId: string; transactionTimeout: number },
    { readonly errorCode: number; readonly producerId: string; readonly producerEpoch: number }
  >;
  readonly AddPartitionsToTxn: RequestDefinition<
    Producer & { topics: readonly TopicPartitions<number>[] },
    ErrorsOfPartitions
  >;
  readonly EndTxn: RequestDefinition<Producer & { transactionResult: boolean }, { readonly errorCode: number }>;
  readonly ListOffsets: RequestDefinition<
    {
      isolationLevel: number;
      topics: readonly TopicPartitions<{ partition: number; timestamp: number }>[];
    },
    {
      readonly responses: readonly {
        readonly topic: string;
        readonly partitions: readonly {
          readonly partition: number;
          readonly errorCode: number;
          readonly offset: string;
        }[];
      }[];
    }
  >;
  readonly JoinGroup: RequestDefinition<
    {
      groupId: string;
      memberId: string;
      sessionTimeout: number;
      rebalanceTimeout: number;
      protocolType: string;
      groupProtocols: readonly { name: string; metadata: Buffer }[];
    },
    {
      readonly errorCode: number;
      readonly generationId: number;
      readonly leaderId: string;
      readonly memberId: string;
      readonly members: readonly { readonly memberId: string; readonly memberMetadata: Buffer }[];
    }
  >;
  readonly SyncGroup: RequestDefinition<
    {
      groupId: string;
      memberId: string;
      generationId: number;
      groupAssignment: readonly { memberId: string; memberAssignment: Buffer }[];
    },
    { readonly errorCode: number; readonly memberAssignment: Buffer }
  >;
  readonly DescribeGroups: RequestDefinition<
    { groupIds: readonly string[] },
    {
      readonly groups: readonly {
        readonly errorCode: number;
        readonly members: readonly { readonly memberAssignment: Buffer }[];
      }[];
    }
  >;
  readonly Heartbeat: RequestDefinition<
    { groupId: string; memberId: string; groupGenerationId: number },
    { readonly errorCode: number }
  >;
  readonly LeaveGroup: RequestDefinition<{ groupId: string; memberId: string }, { readonly errorCode: number }>;
  readonly OffsetCommit: RequestDefinition<
    {
      groupId: string;
      memberId: string;
      groupGenerationId: number;
      topics: readonly TopicPartitions<{ partition: number; offset: string }>[];
    },
    { readonly responses: readonly TopicPartitions<{ readonly partition: number; readonly errorCode: number }>[] }
  >;
  readonly OffsetFetch: RequestDefinition<
    { groupId: string; topics: readonly TopicPartitions<{ partition: number }>[] },
    {
      readonly errorCode: number;
      readonly responses: readonly TopicPartitions<{ readonly partition: number; readonly offset: string }>[];
    }
  >;
  readonly Fetch: RequestDefinition<
    {
      maxWaitTime: number;
      minBytes: number;
      maxBytes: number;
      isolationLevel: number;
      topics: readonly TopicPartitions<{ partition: number; fetchOffset: string; maxBytes: number }>[];
    },
    never
  >;
};

function requirePatchedKafkajs(): void {
  const { version } = load('kafkajs/package.json') as { version: string };
  if (version !== '2.2.4') {
    throw new Error(`kafkajs ${version} is installed, but its internals are used as they are in 2.2.4. Run npm ci.`);
  }
  try {
    load('kafkajs/src/factstream.js');
  } catch (cause) {
    throw new Error('kafkajs is not patched. Run npm ci, or npx patch-package, and look at what it says.', { cause });
  }
}
