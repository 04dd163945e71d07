import { ApiProperty, OmitType } from '@nestjs/swagger';
import { MoneyField } from '#mechanisms/service/index';

const PAYMENT_STATUSES = [
  'initiated',
  'authorized',
  'captured',
  'failed',
  'voided',
  'unknown',
  'partially_refunded',
  'refunded',
];

class OrderLineResponse {
  @ApiProperty()
  sku: string;
  @ApiProperty()
  name: string;
  @ApiProperty({ type: 'integer' })
  quantity: number;
  @ApiProperty()
  unitPrice: MoneyField;
}

class OrderCustomerResponse {
  @ApiProperty({ format: 'uuid' })
  customerId: string;
  @ApiProperty({ required: false, description: 'Missing while no such customer is registered.' })
  name?: string;
  @ApiProperty({ required: false })
  email?: string;
}

class OrderPaymentResponse {
  @ApiProperty({ format: 'uuid' })
  paymentId: string;
  @ApiProperty({ enum: PAYMENT_STATUSES })
  status: string;
  @ApiProperty()
  captured: MoneyField;
  @ApiProperty()
  refunded: MoneyField;
}

class ShipmentResponse {
  @ApiProperty()
  carrier: string;
  @ApiProperty()
  trackingNumber: string;
}

/** Documents `GetOrder`'s answer. */
export class OrderResponse {
  @ApiProperty({ format: 'uuid' })
  orderId: string;
  @ApiProperty({ type: 'integer' })
  version: number;
  @ApiProperty({ enum: ['placed', 'validated', 'rejected', 'paid', 'shipped', 'delivered', 'cancelled'] })
  status: string;
  @ApiProperty({ required: false })
  reason?: string;
  @ApiProperty({ required: false, description: "The canceller's words." })
  reasonText?: string;
  @ApiProperty()
  customer: OrderCustomerResponse;
  @ApiProperty({ type: () => [OrderLineResponse] })
  lines: OrderLineResponse[];
  @ApiProperty()
  total: MoneyField;
  @ApiProperty({ required: false, description: 'Missing until the payment is initiated.' })
  payment?: OrderPaymentResponse;
  @ApiProperty({ required: false })
  shipment?: ShipmentResponse;
  @ApiProperty({ format: 'date-time' })
  placedAt: string;
  @ApiProperty({ format: 'date-time' })
  updatedAt: string;
}

/** Documents `GetOrderState`'s answer: what the order's own events say of it. */
export class OrderStateResponse extends OmitType(OrderResponse, ['payment']) {}

/** Documents the answers of `ListOrders` and `ListCustomerOrders`. */
export class OrderPageResponse {
  @ApiProperty({ type: () => [OrderResponse] })
  items: OrderResponse[];
  @ApiProperty({ type: String, nullable: true, description: 'The cursor of the next page, for `after`.' })
  next: string | null;
}
