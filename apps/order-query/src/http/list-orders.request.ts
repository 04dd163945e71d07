import { IntegerParameter, OneOf, Text, Time, Uuid } from '#mechanisms/service/index';

const STATUSES = ['placed', 'validated', 'rejected', 'paid', 'shipped', 'delivered', 'cancelled'] as const;

export const DEFAULT_LIMIT = 20;

export class PageRequest {
  @IntegerParameter(1, 100)
  limit?: number;

  @Text(1, 500, { required: false })
  after?: string;
}

export class ListOrdersRequest extends PageRequest {
  @OneOf(STATUSES, { required: false })
  status?: (typeof STATUSES)[number];

  @Uuid({ required: false })
  customerId?: string;

  @Text(1, 200, { required: false })
  search?: string;

  @Time({ required: false })
  placedFrom?: string;

  @Time({ required: false })
  placedTo?: string;
}
