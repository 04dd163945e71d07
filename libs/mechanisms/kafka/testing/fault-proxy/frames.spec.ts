import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Frames } from './frames.ts';

const framed = (body: Uint8Array): Buffer => {
  const size = Buffer.alloc(4);
  size.writeInt32BE(body.length);
  return Buffer.concat([size, body]);
};

test('whatever the pieces in which a stream arrives, its messages come out whole and in order', () => {
  const bodies = fc.array(fc.uint8Array({ minLength: 4, maxLength: 40 }), { maxLength: 8 });
  fc.assert(
    fc.property(bodies, fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 }), (messages, lengths) => {
      const sent = messages.map(framed);
      const stream = Buffer.concat(sent);
      const frames = new Frames();
      const received: Buffer[] = [];
      for (let at = 0, piece = 0; at < stream.length; piece++) {
        const length = lengths[piece % lengths.length]!;
        received.push(...frames.take(stream.subarray(at, at + length)));
        at += length;
      }
      expect(received).toEqual(sent);
    }),
  );
});

test('a message may be changed without changing what was received', () => {
  const received = framed(Buffer.from('body'));
  const [frame] = new Frames().take(received);
  frame!.fill(0);
  expect(received.subarray(4).toString()).toBe('body');
});

test('what does not speak Kafka is refused', () => {
  expect(() => new Frames().take(Buffer.from('GET / HTTP/1.1'))).toThrow(RangeError);
  expect(() => new Frames().take(Buffer.from([0, 0, 0, 2]))).toThrow(RangeError);
});
