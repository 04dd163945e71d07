import { MoneyField, Nested, Text } from '#mechanisms/service/index';
import { Email } from './email.field.ts';

/** One of both at least. */
export class ChangeContactRequest {
  @Text(1, 200, { required: false })
  name?: string;

  @Email({ required: false })
  email?: string;
}

export class ChangeCreditLimitRequest {
  @Nested(() => MoneyField)
  creditLimit: MoneyField;
}

export class SuspendCustomerRequest {
  @Text(1, 500)
  reason: string;
}

/** Has no properties. */
export class ReactivateCustomerRequest {}
