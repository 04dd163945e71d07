import { Text } from '#mechanisms/service/index';

export class ShipOrderRequest {
  @Text(1, 100)
  carrier: string;

  @Text(1, 100)
  trackingNumber: string;
}

/** Has no properties. */
export class DeliverOrderRequest {}

export class CancelOrderRequest {
  @Text(1, 500)
  reason: string;
}
