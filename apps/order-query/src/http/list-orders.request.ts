import { IntegerParameter, OneOf, Text, Uuid } from '#mechanisms/service/index';

const STATUSES = ['placed', 'validated', 'rejected', 'paid', 'shipped', 'delivered', 'cancelled'] as const;

export class ListOrdersRequest {
  @OneOf(STATUSES, { required: false })
  status?: (typeof STATUSES)[number];

  @Uuid({ required: false })
  customerId?: string;

  @IntegerParameter(1, 100)
  limit?: number;

  @Text(1, 500, { required: false })
  after?: string;
}
