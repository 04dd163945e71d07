import { ApiProperty } from '@nestjs/swagger';
import { MoneyField } from '#mechanisms/service/index';
import { STATUSES } from './list-payments.request.ts';

class OpenRequestResponse {
  @ApiProperty({ format: 'uuid', description: "The processor's idempotency key." })
  requestId: string;
  @ApiProperty({ enum: ['authorize', 'capture', 'void', 'refund'] })
  kind: string;
  @ApiProperty()
  amount: MoneyField;
  @ApiProperty({ format: 'date-time' })
  requestedAt: string;
}

/** Documents `GetPayment`'s answer. */
export class PaymentResponse {
  @ApiProperty({ format: 'uuid' })
  paymentId: string;
  @ApiProperty({ type: 'integer' })
  version: number;
  @ApiProperty({ format: 'uuid' })
  orderId: string;
  @ApiProperty({ format: 'uuid' })
  customerId: string;
  @ApiProperty({ enum: STATUSES })
  status: string;
  @ApiProperty()
  amount: MoneyField;
  @ApiProperty()
  authorized: MoneyField;
  @ApiProperty()
  captured: MoneyField;
  @ApiProperty()
  refunded: MoneyField;
  @ApiProperty({ required: false, description: 'Why the payment, or its last refund, failed.' })
  failureReason?: string;
  @ApiProperty({ required: false, description: 'What the card processor has not answered yet.' })
  openRequest?: OpenRequestResponse;
  @ApiProperty({ format: 'date-time' })
  initiatedAt: string;
  @ApiProperty({ format: 'date-time' })
  updatedAt: string;
}

/** Documents `ListPayments`' answer. */
export class PaymentPageResponse {
  @ApiProperty({ type: () => [PaymentResponse] })
  items: PaymentResponse[];
  @ApiProperty({ type: String, nullable: true, description: 'The cursor of the next page, for `after`.' })
  next: string | null;
}
