import type { ConsistencyToken } from '#mechanisms/event-sourcing/index';

const TOKEN = /^1\.([a-z][a-z0-9-]{0,200})\.(\d{1,9})\.(-1|\d{1,15})\.([0-9a-f-]{36})$/;

/** The opaque form of a token for a header. */
export const encodeToken = ({ topic, partition, offset, entityId }: ConsistencyToken): string =>
  Buffer.from(`1.${topic}.${partition}.${offset}.${entityId}`).toString('base64url');

/** Reads a token back; undefined when this system never gave it out. */
export function decodeToken(text: string): ConsistencyToken | undefined {
  const match = TOKEN.exec(Buffer.from(text, 'base64url').toString('latin1'));
  if (!match) return undefined;
  const [, topic, partition, offset, entityId] = match;
  const token = { topic: topic!, partition: Number(partition), offset: Number(offset), entityId: entityId! };
  return encodeToken(token) === text ? token : undefined;
}
