import { errorCodes } from './kafkajs-internals.ts';

/** An error code in a broker's reply. `type` is the code's name, e.g. `NOT_LEADER_FOR_PARTITION`. */
class BrokerError extends Error {
  override readonly name = 'BrokerError';
  readonly code: number;
  readonly type: string;
  readonly retriable: boolean;

  constructor(code: number, where: string) {
    const known = errorCodes.find((candidate) => candidate.code === code);
    super(`${known?.type ?? `error code ${code}`} (${where}): ${known?.message ?? 'not known to kafkajs'}`);
    this.code = code;
    this.type = known?.type ?? `CODE_${code}`;
    this.retriable = known?.retriable ?? false;
  }
}

/** Throws the error that the code stands for, unless it is 0. */
export function throwIfFailed(code: number, where: string): void {
  if (code !== 0) throw new BrokerError(code, where);
}

const codeOf = (error: unknown): number | undefined => (error instanceof BrokerError ? error.code : undefined);

/** Routine: the broker still writes the markers of this producer's last transaction. It did nothing. */
export const isConcurrentTransactions = (error: unknown): boolean => codeOf(error) === 51;

/** The coordinator loads its log, is being elected, or moved. It did nothing. */
export const isCoordinatorElsewhere = (error: unknown): boolean => [14, 15, 16].includes(codeOf(error) ?? 0);

/** INVALID_PRODUCER_EPOCH, INVALID_PRODUCER_ID_MAPPING, PRODUCER_FENCED: this producer's time is over. */
export const isFenced = (error: unknown): boolean => [47, 49, 90].includes(codeOf(error) ?? 0);

/** The group prepares a new generation: its members are to join again. */
export const isRebalancing = (error: unknown): boolean => codeOf(error) === 27;

/** The group went on to another generation without this member. */
export const isIllegalGeneration = (error: unknown): boolean => codeOf(error) === 22;

/** The group gave this member up. */
export const isUnknownMember = (error: unknown): boolean => codeOf(error) === 25;

/** MEMBER_ID_REQUIRED: the group asks a newcomer to join again under the id that it was given. */
export const MEMBER_ID_REQUIRED = 79;

export const isOffsetOutOfRange = (error: unknown): boolean => codeOf(error) === 1;

/** Anything but a reply of a broker: refused, reset, closed, timed out. Only a new connection can help. */
export const isConnectionLoss = (error: unknown): boolean =>
  error instanceof Error && (error.name.startsWith('KafkaJSConnection') || error.name === 'KafkaJSRequestTimeoutError');

/** Waiting, asking another broker or connecting anew can help. */
export const isTransient = (error: unknown): boolean =>
  error instanceof Error && (isConnectionLoss(error) || ('retriable' in error && error.retriable === true));
