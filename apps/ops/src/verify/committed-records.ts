/** A record batch as the broker stores it; what is left out here does not matter to a reader. */
export interface StoredBatch {
  readonly firstOffset: bigint;
  readonly lastOffsetDelta: number;
  readonly attributes: number;
  readonly producerId: bigint;
  /** Fewer than the batch's offsets when compaction took some; none when it took all. */
  readonly records: readonly StoredRecord[];
}

interface StoredRecord {
  readonly offsetDelta: number;
  readonly key: Buffer | null;
}

/** Where a transaction began that was aborted, as a fetch response lists it: in no order that can be relied on. */
export interface AbortedTransaction {
  readonly producerId: bigint;
  readonly firstOffset: bigint;
}

const TRANSACTIONAL = 1 << 4;
const CONTROL = 1 << 5;
const ABORT_MARKER = 0;

/**
 * The batches of one fetch response without transaction markers and without what was aborted. A producer's aborted
 * transaction reaches from its first offset to its next abort marker; one producer may have several in one response.
 */
export function* committedBatches<Batch extends StoredBatch>(
  batches: readonly Batch[],
  aborted: readonly AbortedTransaction[],
): Generator<Batch> {
  const ahead = [...aborted].sort((a, b) => Number(a.firstOffset - b.firstOffset));
  const open = new Set<bigint>();
  for (const batch of batches) {
    while (ahead[0] && ahead[0].firstOffset <= lastOffsetOf(batch)) open.add(ahead.shift()!.producerId);
    if (batch.attributes & CONTROL) {
      if (isAbortMarker(batch)) open.delete(batch.producerId);
    } else if (!(batch.attributes & TRANSACTIONAL && open.has(batch.producerId))) {
      yield batch;
    }
  }
}

export const lastOffsetOf = ({ firstOffset, lastOffsetDelta }: StoredBatch): bigint =>
  firstOffset + BigInt(lastOffsetDelta);

/** A marker's key is its version and its type, 16 bits each. */
const isAbortMarker = ({ records }: StoredBatch): boolean => records[0]?.key?.readInt16BE(2) === ABORT_MARKER;
