import { ApiProperty } from '@nestjs/swagger';

/** The answer to every accepted command on a customer. */
export class CustomerAccepted {
  @ApiProperty({ format: 'uuid' })
  customerId: string;

  @ApiProperty({ type: 'integer', minimum: 1 })
  version: number;
}
