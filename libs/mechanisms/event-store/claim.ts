import { declare, list, text, timestamp } from '#mechanisms/schemas/declare';
import type { RecordOf } from '#mechanisms/schemas/declare';

/** The control record under the key `owner`: who owns the partition. The last one, by offset, is the truth. */
export const OwnerClaim = declare('factstream.OwnerClaim', 1, {
  instance: text(),
  address: text(),
  since: timestamp(),
  /** The topics whose facts the owner reacts to; each of their partitions has a cursor since the first such claim. */
  sources: list(text()),
});
export type OwnerClaim = RecordOf<typeof OwnerClaim>;

export const OWNER_KEY = 'owner';
