import { createHmac, timingSafeEqual } from 'node:crypto';

const SIGNATURE = /^t=(\d{1,15}),v1=([0-9a-f]{64})$/;

export interface CallbackSecurity {
  readonly secret: string;
  /** How far the signer's clock may be off, and how old a callback may be. */
  readonly clockSkewMs: number;
}

/**
 * Whether `x-signature` is `t=<epoch milliseconds>,v1=<hex>`, signed lately, and its digest the HMAC-SHA256 of the time,
 * a full stop and the body.
 */
export function isSigned(
  body: Buffer,
  signature: string | undefined,
  { secret, clockSkewMs }: CallbackSecurity,
  now: number,
): boolean {
  const [, time, digest] = SIGNATURE.exec(signature ?? '') ?? [];
  if (time === undefined || digest === undefined) return false;
  if (Math.abs(now - Number(time)) > clockSkewMs) return false;
  const expected = createHmac('sha256', secret).update(`${time}.`).update(body).digest();
  return timingSafeEqual(expected, Buffer.from(digest, 'hex'));
}
