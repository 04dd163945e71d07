import { IntegerParameter, OneOf, Text, Uuid } from '#mechanisms/service/index';

export const STATUSES = [
  'initiated',
  'authorized',
  'captured',
  'failed',
  'voided',
  'unknown',
  'partially_refunded',
  'refunded',
] as const;

export class ListPaymentsRequest {
  @Uuid({ required: false })
  orderId?: string;

  @OneOf(STATUSES, { required: false })
  status?: (typeof STATUSES)[number];

  @IntegerParameter(1, 100)
  limit?: number;

  @Text(1, 500, { required: false })
  after?: string;
}
