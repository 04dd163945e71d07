import { Currency, Integer, Nested, Text } from '#mechanisms/service/index';

class RefundAmount {
  @Integer(1)
  amount: number;

  @Currency()
  currency: string;
}

export class RefundPaymentRequest {
  @Nested(() => RefundAmount)
  amount: RefundAmount;

  @Text(1, 500)
  reason: string;
}

/** Has no properties. */
export class ReconcilePaymentRequest {}
