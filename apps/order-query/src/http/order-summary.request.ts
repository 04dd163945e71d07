import { OneOf, Time } from '#mechanisms/service/index';

const GROUPS = ['status', 'day', 'customer'] as const;

export class OrderSummaryRequest {
  @OneOf(GROUPS)
  groupBy: (typeof GROUPS)[number];

  @Time({ required: false })
  from?: string;

  @Time({ required: false })
  to?: string;
}
