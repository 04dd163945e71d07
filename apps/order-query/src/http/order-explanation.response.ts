import { ApiProperty } from '@nestjs/swagger';

class BecauseResponse {
  @ApiProperty({ type: 'integer' })
  version: number;
  @ApiProperty({ description: 'The short name of the event.' })
  type: string;
  @ApiProperty({ format: 'date-time' })
  at: string;
  @ApiProperty({ example: "The order was rejected because the customer's credit was not sufficient." })
  text: string;
}

class WaitingForResponse {
  @ApiProperty({ enum: ['validation', 'payment', 'shipment', 'delivery'] })
  what: string;
  @ApiProperty({ required: false, format: 'date-time', description: 'Missing when it waits for a person.' })
  until?: string;
}

/** Documents `ExplainOrder`'s answer. */
export class OrderExplanationResponse {
  @ApiProperty({ enum: ['placed', 'validated', 'rejected', 'paid', 'shipped', 'delivered', 'cancelled'] })
  status: string;
  @ApiProperty({ type: () => [BecauseResponse], description: 'One sentence per event, oldest first.' })
  because: BecauseResponse[];
  @ApiProperty({ required: false, description: 'Missing when nothing follows any more.' })
  waitingFor?: WaitingForResponse;
}
