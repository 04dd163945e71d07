import { IntegerParameter, OneOf, Text } from '#mechanisms/service/index';

const STATUSES = ['active', 'suspended'] as const;

export class ListCustomersRequest {
  @OneOf(STATUSES, { required: false })
  status?: (typeof STATUSES)[number];

  @Text(1, 320, { required: false })
  search?: string;

  @IntegerParameter(1, 100)
  limit?: number;

  @Text(1, 500, { required: false })
  after?: string;
}
