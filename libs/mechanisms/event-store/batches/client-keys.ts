import type { ClientKey } from '#mechanisms/schemas/declare';
import { TooManyKeys } from '../errors.ts';

const REMEMBERED_MS = 24 * 60 * 60 * 1000;
const MOST_KEYS = 100;

/**
 * Remembers one more idempotency key and forgets those older than 24 hours, but never the one that created the entity:
 * its command derives the entity's id from the key, so a retry at any time meets this entity.
 */
export function remember(keys: readonly ClientKey[], key: ClientKey): readonly ClientKey[] | TooManyKeys {
  const fresh = keys.filter(({ fromVersion, usedAt }) => fromVersion === 0 || usedAt > key.usedAt - REMEMBERED_MS);
  return fresh.length < MOST_KEYS ? [...fresh, key] : new TooManyKeys();
}
