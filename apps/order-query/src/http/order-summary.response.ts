import { ApiProperty } from '@nestjs/swagger';

class OrderSummaryItemResponse {
  @ApiProperty({ description: 'A status, a day of UTC as 2026-11-02, or the id of a customer.' })
  group: string;
  @ApiProperty({ example: 'EUR' })
  currency: string;
  @ApiProperty({ type: 'integer' })
  count: number;
  @ApiProperty({ type: 'integer', description: 'Minor units of the currency; may be larger than 2^53.' })
  total: number;
}

/** Documents `SummarizeOrders`' answer. */
export class OrderSummaryResponse {
  @ApiProperty({ type: () => [OrderSummaryItemResponse], description: 'Placed at `from` or later, and before `to`.' })
  items: OrderSummaryItemResponse[];
}
