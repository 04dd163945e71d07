/** Minor units of a currency. */
export interface Money {
  readonly amount: number;
  readonly currency: string;
}
