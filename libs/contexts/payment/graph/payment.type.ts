import { Field, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { DateTimeScalar, MoneyType, UuidScalar } from '#mechanisms/graphql/index';
import type { RequestKind } from '../events/payment.latest.ts';
import type { PaymentStatus } from '../projections/payment-list.table.ts';
import type { PaymentView } from '../queries/payment.view.ts';

const STATUSES: { readonly [Status in PaymentStatus]: Status } = {
  initiated: 'initiated',
  authorized: 'authorized',
  captured: 'captured',
  failed: 'failed',
  voided: 'voided',
  unknown: 'unknown',
  partially_refunded: 'partially_refunded',
  refunded: 'refunded',
};
registerEnumType(STATUSES, { name: 'PaymentStatus' });

const KINDS: { readonly [Kind in RequestKind]: Kind } = {
  authorize: 'authorize',
  capture: 'capture',
  void: 'void',
  refund: 'refund',
};
registerEnumType(KINDS, { name: 'PaymentRequestKind' });

@ObjectType('OpenRequest')
class OpenRequestType {
  @Field(() => UuidScalar, { description: "The processor's idempotency key." })
  requestId: string;

  @Field(() => KINDS)
  kind: RequestKind;

  @Field(() => MoneyType)
  amount: MoneyType;

  @Field(() => DateTimeScalar)
  requestedAt: string;
}

/** What `Payment` is in every graph. */
@ObjectType({ isAbstract: true })
export class PaymentFields implements PaymentView {
  @Field(() => UuidScalar)
  paymentId: string;

  @Field(() => Int)
  version: number;

  @Field(() => UuidScalar)
  orderId: string;

  @Field(() => UuidScalar)
  customerId: string;

  @Field(() => STATUSES)
  status: PaymentStatus;

  @Field(() => MoneyType)
  amount: MoneyType;

  @Field(() => MoneyType)
  authorized: MoneyType;

  @Field(() => MoneyType)
  captured: MoneyType;

  @Field(() => MoneyType)
  refunded: MoneyType;

  @Field(() => String, { nullable: true, description: 'Why the payment, or its last refund, failed.' })
  failureReason?: string;

  @Field(() => OpenRequestType, { nullable: true, description: 'What the card processor has not answered yet.' })
  openRequest?: OpenRequestType;

  @Field(() => DateTimeScalar)
  initiatedAt: string;

  @Field(() => DateTimeScalar)
  updatedAt: string;
}

@InputType()
export class PaymentFilter {
  @Field(() => STATUSES, { nullable: true })
  status?: PaymentStatus;

  @Field(() => UuidScalar, { nullable: true })
  orderId?: string;
}
