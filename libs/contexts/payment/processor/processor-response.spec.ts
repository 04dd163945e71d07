import { describe, expect, it } from '@jest/globals';
import { eur } from '../examples/payment.examples.ts';
import { answerIn } from './processor-response.ts';

const key = '0192f0c1-0000-7000-8000-000000000001';
const body = (fields: object) => JSON.stringify({ requestId: key, ...fields });
const done = { outcome: 'done', amount: eur(4498), reference: 'capture-1' };

describe('a response of the card processor', () => {
  it.each<[string, object, object]>([
    ['a success', done, done],
    ['a decline', { outcome: 'declined', reason: 'CARD_DECLINED' }, { outcome: 'declined', reason: 'CARD_DECLINED' }],
    ['a cancelled key', { outcome: 'cancelled' }, { outcome: 'cancelled' }],
  ])('tells of %s', (_, fields, answer) => expect(answerIn(key, 200, body(fields))).toEqual(answer));

  it('tells that it knows nothing of the request', () =>
    expect(answerIn(key, 404, JSON.stringify({ code: 'REQUEST_NOT_FOUND' }))).toEqual({ outcome: 'not-found' }));

  it.each<[string, number, string]>([
    ['it comes from another place', 404, JSON.stringify({ code: 'NOT_FOUND' })],
    ['it is a fault', 503, body(done)],
    ['it is about another request', 200, JSON.stringify({ ...done, requestId: 'another' })],
    ['it tells no amount', 200, body({ ...done, amount: undefined })],
    ['its amount is not exact', 200, body({ ...done, amount: eur(0.5) })],
    ['it tells no currency', 200, body({ ...done, amount: { amount: 1 } })],
    ['it has no reference', 200, body({ ...done, reference: null })],
    ['its decline has no reason', 200, body({ outcome: 'declined' })],
    ['its outcome is not known here', 200, body({ outcome: 'pending' })],
    ['it is no JSON', 200, '<html>'],
    ['it is nothing', 200, 'null'],
  ])('concludes nothing when %s', (_, status, text) =>
    expect(answerIn(key, status, text)).toMatchObject({ outcome: 'unanswered' }),
  );

  it('keeps what cannot be stored out of the reason', () =>
    expect(answerIn(key, 200, body({ outcome: 'declined', reason: `a\u0000b\ud800${'c'.repeat(300)}` }))).toEqual({
      outcome: 'declined',
      reason: `a b\ufffd${'c'.repeat(196)}`,
    }));
});
