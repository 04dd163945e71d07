/** How long an order may wait for others, in milliseconds; fixed in its events when it starts to wait. */
export class OrderDeadlines {
  readonly validationMs: number;
  readonly paymentMs: number;

  constructor(validationMs: number, paymentMs: number) {
    this.validationMs = validationMs;
    this.paymentMs = paymentMs;
  }
}
