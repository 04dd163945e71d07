import { IntegerParameter, Text } from '#mechanisms/service/index';

export class ListChargesRequest {
  /** Without it all that follow are answered. */
  @IntegerParameter(1, 1_000)
  limit?: number;

  /** The `next` of the page before. */
  @Text(1, 16, { required: false })
  after?: string;
}
