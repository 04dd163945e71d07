import { ApiProperty } from '@nestjs/swagger';
import { MoneyField } from '#mechanisms/service/index';

class AvailableResponse {
  @ApiProperty({ type: 'integer', description: 'Negative when the limit was lowered below what is reserved.' })
  amount: number;
  @ApiProperty({ example: 'EUR' })
  currency: string;
}

/** Documents `GetCustomer`'s answer. */
export class CustomerResponse {
  @ApiProperty({ format: 'uuid' })
  customerId: string;
  @ApiProperty({ type: 'integer' })
  version: number;
  @ApiProperty()
  name: string;
  @ApiProperty()
  email: string;
  @ApiProperty({ enum: ['active', 'suspended'] })
  status: string;
  @ApiProperty()
  creditLimit: MoneyField;
  @ApiProperty({ description: 'What open orders hold of the limit.' })
  reserved: MoneyField;
  @ApiProperty()
  available: AvailableResponse;
  @ApiProperty({ format: 'date-time' })
  registeredAt: string;
  @ApiProperty({ format: 'date-time' })
  updatedAt: string;
}

/** Documents `ListCustomers`' answer. */
export class CustomerPageResponse {
  @ApiProperty({ type: () => [CustomerResponse] })
  items: CustomerResponse[];
  @ApiProperty({ type: String, nullable: true, description: 'The cursor of the next page, for `after`.' })
  next: string | null;
}
