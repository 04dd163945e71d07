import { ObjectType } from '@nestjs/graphql';
import type { Graph } from '#mechanisms/graphql/index';
import { PaymentFields } from './graph/payment.type.ts';
import { paymentsResolver } from './graph/payments.resolver.ts';
import { payments } from './projections/payment-list.projection.ts';
import { PaymentQueryModule } from './query.module.ts';

@ObjectType('Payment')
class PaymentType extends PaymentFields {}

/** The graph of payments alone. */
export const paymentGraph: Graph = {
  projections: [payments],
  imports: [PaymentQueryModule],
  resolvers: [paymentsResolver(PaymentType)],
};
