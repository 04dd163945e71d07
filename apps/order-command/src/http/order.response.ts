import { ApiProperty } from '@nestjs/swagger';

/** The answer to every accepted command on an order. */
export class OrderAccepted {
  @ApiProperty({ format: 'uuid' })
  orderId: string;

  @ApiProperty({ type: 'integer', minimum: 1 })
  version: number;

  @ApiProperty({ enum: ['placed', 'validated', 'rejected', 'paid', 'shipped', 'delivered', 'cancelled'] })
  status: string;

  @ApiProperty({ required: false, description: 'Why it was rejected or cancelled.' })
  reason?: string;
}
