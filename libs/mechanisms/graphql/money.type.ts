import { Field, ObjectType } from '@nestjs/graphql';
import { SafeIntScalar } from './scalars.ts';

/** An amount of money as the views of all contexts have it. */
@ObjectType('Money')
export class MoneyType {
  @Field(() => SafeIntScalar, { description: 'Integer minor units of the currency.' })
  amount: number;

  @Field(() => String, { description: 'ISO 4217.' })
  currency: string;
}
