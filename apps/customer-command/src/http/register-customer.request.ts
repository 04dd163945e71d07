import { MoneyField, Nested, Text } from '#mechanisms/service/index';
import { Email } from './email.field.ts';

export class RegisterCustomerRequest {
  @Text(1, 200)
  name: string;

  @Email()
  email: string;

  @Nested(() => MoneyField)
  creditLimit: MoneyField;
}
