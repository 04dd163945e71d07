import { createHmac } from 'node:crypto';

/** The value of `x-signature`: the time of signing in epoch milliseconds, and an HMAC-SHA256 of that time and the body. */
export function signatureOf(body: string, secret: string, now: number): string {
  const digest = createHmac('sha256', secret).update(`${now}.${body}`).digest('hex');
  return `t=${now},v1=${digest}`;
}
