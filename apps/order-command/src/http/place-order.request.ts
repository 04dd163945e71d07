import { Custom, Integer, ListOf, MoneyField, Nested, Text, Uuid } from '#mechanisms/service/index';

class OrderLineRequest {
  @Text(1, 64)
  sku: string;

  @Text(1, 200)
  name: string;

  @Integer(1, 10_000)
  quantity: number;

  @Nested(() => MoneyField)
  unitPrice: MoneyField;
}

/** A card number never enters the system, not even by mistake. */
const looksLikeCardNumber = (text: string): boolean => /^\d{12,19}$/.test(text.replaceAll(/[\s.-]/g, ''));

class PaymentMethodRequest {
  @Custom(
    'a token of 1 to 200 characters, not a card number',
    (value) => typeof value === 'string' && /^[\x21-\x7e]{1,200}$/.test(value) && !looksLikeCardNumber(value),
    { type: 'string', minLength: 1, maxLength: 200, example: 'tok_ok' },
  )
  token: string;
}

export class PlaceOrderRequest {
  @Uuid()
  customerId: string;

  @ListOf(() => OrderLineRequest, 1, 200)
  lines: OrderLineRequest[];

  @Nested(() => PaymentMethodRequest)
  paymentMethod: PaymentMethodRequest;
}
