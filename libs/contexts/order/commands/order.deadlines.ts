/** How long an order may wait for others, in milliseconds; fixed in its events when it starts to wait. */
export class OrderDeadlines {
  readonly validationMs: number;

  constructor(validationMs: number) {
    this.validationMs = validationMs;
  }
}
