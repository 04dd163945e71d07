import { Field, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { CustomerFields } from '#contexts/customer/read-model';
import type { CustomerView } from '#contexts/customer/read-model';
import { PaymentFields } from '#contexts/payment/read-model';
import type { PaymentView } from '#contexts/payment/read-model';
import { connectionOf, DateTimeScalar, MoneyType, UuidScalar } from '#mechanisms/graphql/index';
import type { OrderStatus } from '../projections/order-list.table.ts';
import type { OrderNode } from '../queries/order.node.ts';

const STATUSES: { readonly [Status in OrderStatus]: Status } = {
  placed: 'placed',
  validated: 'validated',
  rejected: 'rejected',
  paid: 'paid',
  shipped: 'shipped',
  delivered: 'delivered',
  cancelled: 'cancelled',
};
registerEnumType(STATUSES, { name: 'OrderStatus' });

@ObjectType('OrderLine')
class OrderLineType {
  @Field(() => String)
  sku: string;

  @Field(() => String)
  name: string;

  @Field(() => Int)
  quantity: number;

  @Field(() => MoneyType)
  unitPrice: MoneyType;
}

@ObjectType('Shipment')
class ShipmentType {
  @Field(() => String)
  carrier: string;

  @Field(() => String)
  trackingNumber: string;
}

/** Properties have the types of views: the classes below do not exist yet when this one is declared. */
@ObjectType('Order')
export class OrderType implements OrderNode {
  @Field(() => UuidScalar)
  orderId: string;

  @Field(() => Int)
  version: number;

  @Field(() => STATUSES)
  status: OrderStatus;

  @Field(() => String, { nullable: true, description: 'Why it was rejected or cancelled.' })
  reason?: string;

  @Field(() => String, { nullable: true, description: "The canceller's words." })
  reasonText?: string;

  @Field(() => UuidScalar)
  customerId: string;

  @Field(() => CustomerType, { nullable: true, description: 'Null while no such customer is registered.' })
  customer?: CustomerView;

  @Field(() => [OrderLineType])
  lines: OrderLineType[];

  @Field(() => MoneyType)
  total: MoneyType;

  @Field(() => PaymentType, { nullable: true, description: 'Null until the payment is initiated.' })
  payment?: PaymentView;

  @Field(() => ShipmentType, { nullable: true })
  shipment?: ShipmentType;

  @Field(() => DateTimeScalar)
  placedAt: string;

  @Field(() => DateTimeScalar)
  updatedAt: string;
}

export const OrderConnectionType = connectionOf('Order', () => OrderType);

/** A customer with the orders that are placed for it. */
@ObjectType('Customer')
export class CustomerType extends CustomerFields {}

/** A payment with what it is for. */
@ObjectType('Payment')
export class PaymentType extends PaymentFields {
  @Field(() => OrderType, { nullable: true, description: 'Null until the order is known.' })
  order?: OrderNode;

  @Field(() => CustomerType, { nullable: true, description: 'Null while no such customer is registered.' })
  customer?: CustomerView;
}

@InputType()
export class OrderFilter {
  @Field(() => STATUSES, { nullable: true })
  status?: OrderStatus;

  @Field(() => UuidScalar, { nullable: true })
  customerId?: string;

  @Field(() => String, {
    nullable: true,
    description: 'Words of lines, skus or the customer, or a part of the tracking number. The best match comes first.',
  })
  search?: string;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Placed at this time or later.' })
  placedFrom?: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Placed before this time.' })
  placedTo?: Date;
}
