import { declare, text, timestamp } from '#mechanisms/schemas/declare';
import type { RecordOf } from '#mechanisms/schemas/declare';

/** The control record under the key `owner`: who owns the partition. The last one, by offset, is the truth. */
export const OwnerClaim = declare('factstream.OwnerClaim', 1, {
  instance: text(),
  address: text(),
  since: timestamp(),
});
export type OwnerClaim = RecordOf<typeof OwnerClaim>;

export const OWNER_KEY = 'owner';
