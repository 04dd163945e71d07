import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v4 as uuid } from 'uuid';
import { waitFor } from '#mechanisms/testing/wait-for';

const SECRET = 'shared with nobody';
const eur = (amount: number) => ({ amount, currency: 'EUR' });

interface Callback {
  readonly signature: string;
  readonly text: string;
  readonly body: { readonly requestId: string; readonly outcome: string };
}

const dataDir = mkdtempSync(join(tmpdir(), 'card-processor-'));
const books = join(dataDir, 'books.jsonl');
const callbacks: Callback[] = [];
const refusals: number[] = [];
const client = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const refusal = refusals.shift();
    const text = Buffer.concat(chunks).toString();
    if (!refusal) {
      callbacks.push({
        signature: String(request.headers['x-signature']),
        text,
        body: JSON.parse(text) as Callback['body'],
      });
    }
    response.writeHead(refusal ?? 204).end();
  });
});
let url: string;
let app: ChildProcess;

function launch(): void {
  const port = Number(new URL(url).port);
  app = spawn(
    process.execPath,
    ['--conditions=source', '--import', './swc-hook.mjs', 'apps/card-processor/src/main.ts'],
    {
      cwd: resolve(import.meta.dirname, '../../..'),
      stdio: 'ignore',
      env: {
        PORT: String(port),
        LOG_LEVEL: 'error',
        CARD_PROCESSOR_SECRET: SECRET,
        CARD_PROCESSOR_DATA_DIR: dataDir,
        CARD_PROCESSOR_CALLBACK_URL: `http://127.0.0.1:${(client.address() as AddressInfo).port}/callbacks`,
        CARD_PROCESSOR_SLOW_MS: '300',
      },
    },
  );
}

async function start(): Promise<void> {
  launch();
  await waitFor(
    () =>
      fetch(`${url}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    20_000,
  );
}

async function kill(signal: NodeJS.Signals): Promise<void> {
  const ended = once(app, 'exit');
  app.kill(signal);
  await ended;
}

beforeAll(async () => {
  client.listen(0, '127.0.0.1');
  await once(client, 'listening');
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  url = `http://127.0.0.1:${(free.address() as AddressInfo).port}`;
  free.close();
  await start();
}, 30_000);

afterAll(async () => {
  await kill('SIGTERM');
  client.close();
  rmSync(dataDir, { recursive: true });
});

interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

async function call(
  path: string,
  body?: object,
  headers: Record<string, string> = {},
  timeoutMs = 5_000,
): Promise<Answer> {
  const response = await fetch(url + path, {
    signal: AbortSignal.timeout(timeoutMs),
    ...(body && {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    }),
  });
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

const operate = (paymentId: string, operation: string, key: string, body: object, timeoutMs?: number) =>
  call(`/charges/${paymentId}/${operation}`, body, { 'idempotency-key': key }, timeoutMs);

const authorize = (paymentId: string, token: string, key = uuid(), timeoutMs?: number) =>
  operate(paymentId, 'authorizations', key, { amount: eur(1000), token }, timeoutMs);

async function chargeOf(paymentId: string): Promise<object | undefined> {
  const { items } = (await call('/charges')).body as { items: { paymentId: string }[] };
  return items.find((charge) => charge.paymentId === paymentId);
}

const callbacksFor = (key: string) => callbacks.filter(({ body }) => body.requestId === key);

describe('money', () => {
  it('is authorized, captured and refunded, never beyond what came before', async () => {
    const id = uuid();
    expect((await authorize(id, 'tok_ok')).body).toMatchObject({ outcome: 'done', amount: eur(1000) });
    expect((await authorize(id, 'tok_ok')).body).toMatchObject({ outcome: 'declined', reason: 'ALREADY_AUTHORIZED' });
    const capture = (amount: object) => operate(id, 'captures', uuid(), { amount });
    expect((await capture(eur(1001))).body).toMatchObject({ reason: 'CAPTURE_EXCEEDS_AUTHORIZED' });
    expect((await capture({ amount: 1, currency: 'USD' })).body).toMatchObject({ reason: 'CURRENCY_MISMATCH' });
    expect((await capture(eur(1000))).body).toMatchObject({ outcome: 'done' });
    expect((await capture(eur(1))).body).toMatchObject({ reason: 'CAPTURE_EXCEEDS_AUTHORIZED' });
    expect((await operate(id, 'voids', uuid(), { amount: eur(1000) })).body).toMatchObject({
      reason: 'ALREADY_CAPTURED',
    });
    expect((await operate(id, 'refunds', uuid(), { amount: eur(400) })).body).toMatchObject({ outcome: 'done' });
    expect((await operate(id, 'refunds', uuid(), { amount: eur(601) })).body).toMatchObject({
      reason: 'REFUND_EXCEEDS_CAPTURED',
    });
    expect(await chargeOf(id)).toMatchObject({
      status: 'partially_refunded',
      authorized: 1000,
      captured: 1000,
      refunded: 400,
      voided: 0,
      currency: 'EUR',
    });
  });

  it('is released, and then no more captured', async () => {
    const id = uuid();
    expect((await operate(id, 'captures', uuid(), { amount: eur(1) })).body).toMatchObject({
      reason: 'NOT_AUTHORIZED',
    });
    await authorize(id, 'tok_ok');
    expect((await operate(id, 'voids', uuid(), { amount: eur(1000) })).body).toMatchObject({ outcome: 'done' });
    expect((await operate(id, 'captures', uuid(), { amount: eur(1000) })).body).toMatchObject({
      reason: 'AUTHORIZATION_VOIDED',
    });
    expect(await chargeOf(id)).toMatchObject({ status: 'voided', authorized: 1000, voided: 1000 });
  });
});

describe('a key', () => {
  it('answers the same request as before, and refuses another one', async () => {
    const [id, key] = [uuid(), uuid()];
    const [first, second] = await Promise.all([authorize(id, 'tok_ok', key), authorize(id, 'tok_ok', key)]);
    expect(second.body).toEqual(first.body);
    expect(await operate(id, 'authorizations', key, { amount: eur(999), token: 'tok_ok' })).toMatchObject({
      status: 409,
      body: { code: 'KEY_USED_FOR_ANOTHER_REQUEST' },
    });
    expect((await call(`/requests/${key}`)).body).toEqual(first.body);
    expect(await chargeOf(id)).toMatchObject({ authorized: 1000 });
  });

  it('that is cancelled refuses its request for ever; one that is used cannot be cancelled', async () => {
    const [id, key, used] = [uuid(), uuid(), uuid()];
    expect(await call(`/requests/${key}`)).toMatchObject({ status: 404, body: { code: 'REQUEST_NOT_FOUND' } });
    expect((await call(`/requests/${key}/cancel`, {})).body).toMatchObject({ outcome: 'cancelled' });
    expect((await authorize(id, 'tok_ok', key)).body).toMatchObject({ requestId: key, outcome: 'cancelled' });
    expect(await chargeOf(id)).toBeUndefined();
    await authorize(id, 'tok_ok', used);
    expect((await call(`/requests/${used}/cancel`, {})).body).toMatchObject({ outcome: 'done' });
  });

  it('must be a UUID', async () => {
    expect(await authorize(uuid(), 'tok_ok', 'nonsense')).toMatchObject({
      status: 400,
      body: { errors: [{ parameter: 'Idempotency-Key' }] },
    });
    expect(await operate(uuid(), 'authorizations', uuid(), { amount: eur(0) })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '#/token' }, { pointer: '#/amount/amount' }] },
    });
  });
});

describe('the card', () => {
  it('tok_declined is declined, an unknown one too', async () => {
    const id = uuid();
    expect((await authorize(id, 'tok_declined')).body).toMatchObject({ outcome: 'declined', reason: 'CARD_DECLINED' });
    expect(await chargeOf(id)).toMatchObject({ status: 'declined', authorized: 0 });
    expect((await authorize(uuid(), 'tok_nobody')).body).toMatchObject({ reason: 'UNKNOWN_CARD' });
  });

  it('tok_slow answers late', async () => {
    const before = Date.now();
    expect((await authorize(uuid(), 'tok_slow')).body).toMatchObject({ outcome: 'done' });
    expect(Date.now() - before).toBeGreaterThanOrEqual(290);
  });

  it('tok_flaky is unavailable once per request, and then works', async () => {
    const [id, key] = [uuid(), uuid()];
    expect((await authorize(id, 'tok_flaky', key)).status).toBe(503);
    expect((await call(`/requests/${key}`)).status).toBe(404);
    expect((await authorize(id, 'tok_flaky', key)).body).toMatchObject({ outcome: 'done' });
    const capture = () => operate(id, 'captures', key.replace(/^......../, '00000000'), { amount: eur(1000) });
    expect((await capture()).status).toBe(503);
    expect((await capture()).body).toMatchObject({ outcome: 'done' });
  });

  it('tok_twice is told twice beside the answer', async () => {
    const key = uuid();
    await authorize(uuid(), 'tok_twice', key);
    await waitFor(() => callbacksFor(key).length === 2);
  });

  it('tok_timeout does it, never answers, and tells when asked', async () => {
    const [id, key] = [uuid(), uuid()];
    await expect(authorize(id, 'tok_timeout', key, 300)).rejects.toThrow('timeout');
    expect((await call(`/requests/${key}`)).body).toMatchObject({ outcome: 'done' });
    expect(callbacksFor(key)).toEqual([]);
  });

  it('tok_lost loses the first attempt of each request', async () => {
    const [id, key] = [uuid(), uuid()];
    await expect(authorize(id, 'tok_lost', key, 300)).rejects.toThrow('timeout');
    expect((await call(`/requests/${key}`)).status).toBe(404);
    expect((await authorize(id, 'tok_lost', key)).body).toMatchObject({ outcome: 'done' });
  });
});

describe('a callback', () => {
  it('carries the answer and is signed over its time and body', async () => {
    const [id, key] = [uuid(), uuid()];
    const { body: answer } = await authorize(id, 'tok_ok', key);
    const { signature, text, body } = await waitFor(() => callbacksFor(key)[0]);
    const { outcome, amount, reference } = answer;
    expect(body).toEqual({ paymentId: id, requestId: key, outcome, amount, reference });
    const [, time, digest] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature)!;
    expect(digest).toBe(createHmac('sha256', SECRET).update(`${time}.${text}`).digest('hex'));
    expect(Math.abs(Date.now() - Number(time))).toBeLessThan(5_000);
  });

  it('is tried again when nobody takes it', async () => {
    const key = uuid();
    refusals.push(503, 500);
    await authorize(uuid(), 'tok_ok', key);
    await waitFor(() => callbacksFor(key).length === 1);
    expect(refusals).toEqual([]);
  });
});

describe('the books', () => {
  it('survive the end of the process at any point, and a line that was never finished', async () => {
    const ids = Array.from({ length: 200 }, () => uuid());
    const answered: string[] = [];
    const asked = ids.map(async (id) => {
      const { body } = await authorize(id, 'tok_ok', id);
      answered.push(String(body['requestId']));
    });
    await waitFor(() => answered.length > 20);
    await kill('SIGKILL');
    await Promise.allSettled(asked);
    const told = [...answered];
    appendFileSync(books, '{"requestId":"torn');
    await start();
    for (const id of told) expect((await call(`/requests/${id}`)).body).toMatchObject({ outcome: 'done' });
    const [id, before] = [uuid(), readFileSync(books, 'utf8')];
    expect(before.endsWith('\n')).toBe(true);
    await authorize(id, 'tok_ok');
    expect(await chargeOf(id)).toMatchObject({ authorized: 1000 });
    for (const id of ids) expect((await authorize(id, 'tok_ok', id)).body).toMatchObject({ outcome: 'done' });
    expect(
      ((await call('/charges')).body['items'] as { authorized: number }[]).every((one) => one.authorized <= 1000),
    ).toBe(true);
  }, 60_000);

  it('are shown page by page', async () => {
    for (let count = 0; count < 3; count += 1) await authorize(uuid(), 'tok_ok');
    const { items: all, next: end } = (await call('/charges')).body as { items: object[]; next: null };
    expect(end).toBeNull();
    const paged: object[] = [];
    for (let next: string | null = '0'; next !== null;) {
      const page = (await call(`/charges?limit=2&after=${next}`)).body as { items: object[]; next: string | null };
      expect(page.items.length).toBeLessThanOrEqual(2);
      paged.push(...page.items);
      next = page.next;
    }
    expect(paged).toEqual(all);
    expect(await call('/charges?after=x')).toMatchObject({ status: 400 });
    expect(await call('/charges?after=-1')).toMatchObject({ status: 400 });
  }, 60_000);

  it('are not opened when they are damaged', async () => {
    await kill('SIGTERM');
    const whole = readFileSync(books);
    appendFileSync(books, 'nonsense\n');
    launch();
    expect(await once(app, 'exit')).toEqual([1, null]);
    writeFileSync(books, whole);
    await start();
  }, 60_000);
});
