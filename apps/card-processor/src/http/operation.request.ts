import { Currency, Integer, Nested, Text } from '#mechanisms/service/index';

class OperationAmount {
  @Integer(1)
  amount: number;

  @Currency()
  currency: string;
}

export class OperationRequest {
  @Nested(() => OperationAmount)
  amount: OperationAmount;
}

export class AuthorizationRequest extends OperationRequest {
  @Text(1, 200)
  token: string;
}

/** Has no properties. */
export class CancelKeyRequest {}
