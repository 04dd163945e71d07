import { Field, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { DateTimeScalar, MoneyType, UuidScalar } from '#mechanisms/graphql/index';
import type { CustomerStatus } from '../projections/customer-list.table.ts';
import type { CustomerView } from '../queries/customer.view.ts';

const STATUSES: { readonly [Status in CustomerStatus]: Status } = { active: 'active', suspended: 'suspended' };
registerEnumType(STATUSES, { name: 'CustomerStatus' });

/** What `Customer` is in every graph. */
@ObjectType({ isAbstract: true })
export class CustomerFields implements CustomerView {
  @Field(() => UuidScalar)
  customerId: string;

  @Field(() => Int)
  version: number;

  @Field(() => String)
  name: string;

  @Field(() => String)
  email: string;

  @Field(() => STATUSES)
  status: CustomerStatus;

  @Field(() => MoneyType)
  creditLimit: MoneyType;

  @Field(() => MoneyType, { description: 'What open orders hold of the limit.' })
  reserved: MoneyType;

  @Field(() => MoneyType, { description: 'Negative when the limit was lowered below what is reserved.' })
  available: MoneyType;

  @Field(() => DateTimeScalar)
  registeredAt: string;

  @Field(() => DateTimeScalar)
  updatedAt: string;
}

@InputType()
export class CustomerFilter {
  @Field(() => STATUSES, { nullable: true })
  status?: CustomerStatus;

  @Field(() => String, { nullable: true, description: 'A part of the name or of the e-mail address, in any case.' })
  search?: string;
}
