const SEED = 0x9747b28c | 0;
const M = 0x5bd1e995 | 0;
const R = 24;

/** Murmur2 as the Java client computes it (org.apache.kafka.common.utils.Utils.murmur2), a signed 32-bit number. */
function murmur2(data: Buffer): number {
  let hash = SEED ^ data.length;
  const tail = data.length & ~3;
  for (let at = 0; at < tail; at += 4) {
    let word = Math.imul(data.readInt32LE(at), M);
    word = Math.imul(word ^ (word >>> R), M);
    hash = Math.imul(hash, M) ^ word;
  }
  if (data.length > tail) {
    for (let at = data.length - 1; at >= tail; at--) hash ^= data[at]! << ((at - tail) * 8);
    hash = Math.imul(hash, M);
  }
  hash = Math.imul(hash ^ (hash >>> 13), M);
  return hash ^ (hash >>> 15);
}

/**
 * The partition of a key among `partitions`: murmur2 of its UTF-8 bytes, made positive by masking the sign, modulo the
 * count. The Java client's default for keyed records, so every Kafka tool agrees.
 */
export function partitionFor(key: string, partitions: number): number {
  return (murmur2(Buffer.from(key)) & 0x7fffffff) % partitions;
}
