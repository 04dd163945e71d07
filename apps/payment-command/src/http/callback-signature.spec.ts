import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { isSigned } from './callback-signature.ts';

const NOW = 1_793_600_000_000;
const SECURITY = { secret: 'known to two', clockSkewMs: 300_000 };
const body = Buffer.from('{"outcome":"done","amount":"ä"}');

const sign = (time: number | string, secret = SECURITY.secret, content = body) =>
  `t=${time},v1=${createHmac('sha256', secret).update(`${time}.${content.toString()}`).digest('hex')}`;

describe('a callback', () => {
  it('is taken when it is signed with the secret, a little early or late', () => {
    for (const time of [NOW, NOW - 300_000, NOW + 300_000])
      expect(isSigned(body, sign(time), SECURITY, NOW)).toBe(true);
  });

  it.each([
    ['no signature', undefined],
    ['another secret', sign(NOW, 'guessed')],
    ['another body', sign(NOW, SECURITY.secret, Buffer.from('{}'))],
    ['a time of long ago', sign(NOW - 300_001)],
    ['a time to come', sign(NOW + 300_001)],
    ['another time than the one signed', sign(NOW).replace(String(NOW), String(NOW + 1))],
    ['half a digest', sign(NOW).slice(0, -32)],
    ['a digest in capitals', sign(NOW).toUpperCase()],
    ['something after the digest', `${sign(NOW)}0`],
    ['no number for a time', sign('soon')],
  ])('is not taken with %s', (_, signature) => expect(isSigned(body, signature, SECURITY, NOW)).toBe(false));
});
