import { ApiProperty } from '@nestjs/swagger';

/** The answer to every accepted command on a payment. */
export class PaymentAccepted {
  @ApiProperty({ format: 'uuid' })
  paymentId: string;

  @ApiProperty({ type: 'integer', minimum: 1 })
  version: number;
}
