import { setTimeout as sleep } from 'node:timers/promises';
import type { CarefulClient } from './careful-client.ts';
import { between, oneOf, pick } from './chance.ts';
import type { Customer } from './customers.ts';
import type { Tally } from './tally.ts';

const TOKENS = [
  ['tok_ok', 70],
  ['tok_declined', 8],
  ['tok_slow', 5],
  ['tok_flaky', 5],
  ['tok_twice', 5],
  ['tok_timeout', 4],
  ['tok_lost', 3],
] as const;

type Plot =
  'cancel at once' | 'cancel when validated' | 'cancel when paid' | 'refund a part' | 'ship' | 'deliver' | 'wait';

const PLOTS: readonly (readonly [Plot, number])[] = [
  ['cancel at once', 5],
  ['cancel when validated', 5],
  ['cancel when paid', 8],
  ['refund a part', 10],
  ['ship', 15],
  ['deliver', 40],
  ['wait', 17],
];

const ARTICLES = ['Lamp', 'Chair', 'Table', 'Vase', 'Clock', 'Carpet'];

const UNDER_WAY: readonly string[] = ['placed', 'validated'];
const FIRST_LOOK_MS = 300;
const LONGEST_PAUSE_MS = 2_000;

/** One order's life, as a customer and a shop would play it over HTTP. */
export class OrderStory {
  private readonly client: CarefulClient;
  private readonly tally: Tally;
  private readonly plot = pick(PLOTS);
  private orderId = '';
  private status: string | undefined;
  private token: string | undefined;

  constructor(client: CarefulClient, tally: Tally) {
    this.client = client;
    this.tally = tally;
  }

  /** Ends when the story is told or `until` (epoch milliseconds) has passed. */
  async play(customer: Customer, until: number): Promise<void> {
    if (!(await this.place(customer))) return;
    if (this.plot === 'cancel at once' || (this.plot === 'cancel when validated' && this.status === 'validated')) {
      await this.cancel();
    }
    await this.follow(until);
    if (this.status === 'paid') await this.afterPayment(until);
  }

  private async place({ customerId, currency }: Customer): Promise<boolean> {
    const lines = Array.from({ length: between(1, 3) }, () => {
      const name = oneOf(ARTICLES);
      return {
        sku: name.toUpperCase(),
        name,
        quantity: between(1, 4),
        unitPrice: { amount: between(99, 9_999), currency },
      };
    });
    const order = { customerId, lines, paymentMethod: { token: pick(TOKENS) } };
    const wait: Record<string, string> = this.plot === 'cancel at once' ? {} : { prefer: 'wait=5' };
    const answer = await this.client.command('POST', '/orders', order, wait);
    if (!answer || answer.status >= 400) return false;
    const { orderId, status } = answer.body as { orderId: string; status: string };
    this.orderId = orderId;
    this.token = answer.token;
    this.become(status);
    return true;
  }

  private async afterPayment(until: number): Promise<void> {
    switch (this.plot) {
      case 'cancel when paid':
        return this.cancel();
      case 'refund a part':
        return this.refundPart(until);
      case 'ship':
        return void (await this.ship());
      case 'deliver':
        if (await this.ship()) await this.change('deliver', {}, 'delivered');
        return;
      default:
    }
  }

  private async cancel(): Promise<void> {
    await this.change('cancel', { reason: 'changed my mind' }, 'cancelled');
  }

  private ship(): Promise<boolean> {
    return this.change('ship', { carrier: 'Parcel', trackingNumber: `P${between(1e9, 9e9)}` }, 'shipped');
  }

  /** The payment's row follows its capture in a moment. */
  private async refundPart(until: number): Promise<void> {
    for (let pause = FIRST_LOOK_MS; Date.now() < until; pause = longer(pause)) {
      const answer = await this.client.query(`/payments?orderId=${this.orderId}`);
      const [payment] =
        (answer?.body as { items?: { paymentId: string; status: string; captured: Money }[] })?.items ?? [];
      if (payment?.status === 'captured') {
        const amount = { ...payment.captured, amount: between(1, payment.captured.amount) };
        await this.client.command('POST', `/payments/${payment.paymentId}/refund`, { amount, reason: 'damaged' });
        return;
      }
      await sleep(pause);
    }
  }

  private async change(verb: string, body: object, status: string): Promise<boolean> {
    const answer = await this.client.command('POST', `/orders/${this.orderId}/${verb}`, body);
    if (answer?.status !== 200) return false;
    this.token = answer.token ?? this.token;
    this.become(status);
    return true;
  }

  /** Looks again until nobody else is to act on the order. */
  private async follow(until: number): Promise<void> {
    for (let pause = FIRST_LOOK_MS; UNDER_WAY.includes(this.status!) && Date.now() < until; pause = longer(pause)) {
      await sleep(pause);
      const answer = await this.client.query(`/orders/${this.orderId}`, this.token);
      if (answer?.status === 200) this.become((answer.body as { status: string }).status);
    }
  }

  private become(status: string): void {
    if (status === this.status) return;
    this.tally.moved(this.status, status);
    this.status = status;
  }
}

interface Money {
  readonly amount: number;
  readonly currency: string;
}

const longer = (pause: number): number => Math.min(pause * 1.6, LONGEST_PAUSE_MS);
