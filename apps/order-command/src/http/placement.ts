import type { OrderPlacement } from '#contexts/order/commands/place-order.command';
import { InvalidRequest } from '#mechanisms/service/index';
import type { Fault } from '#mechanisms/service/index';
import type { PlaceOrderRequest } from './place-order.request.ts';

/** The placement that the request asks for. @throws InvalidRequest for what only the whole request shows */
export function placementOf(orderId: string, { customerId, lines, paymentMethod }: PlaceOrderRequest): OrderPlacement {
  const faults = [...mixedCurrencies(lines), ...totalOutOfRange(lines)];
  if (faults.length > 0) throw new InvalidRequest(faults);
  return {
    orderId,
    customerId: customerId.toLowerCase(),
    lines: lines.map(({ sku, name, quantity, unitPrice: { amount, currency } }) => ({
      sku,
      name,
      quantity,
      unitPrice: { amount, currency },
    })),
    paymentToken: paymentMethod.token,
  };
}

function mixedCurrencies(lines: PlaceOrderRequest['lines']): Fault[] {
  const expected = lines[0]!.unitPrice.currency;
  return lines.flatMap(({ unitPrice }, index) =>
    unitPrice.currency === expected
      ? []
      : [{ pointer: `#/lines/${index}/unitPrice/currency`, detail: `must be ${expected} as in the first line` }],
  );
}

function totalOutOfRange(lines: PlaceOrderRequest['lines']): Fault[] {
  const total = lines.reduce((sum, { quantity, unitPrice }) => sum + BigInt(quantity) * BigInt(unitPrice.amount), 0n);
  return total >= 1n && total <= BigInt(Number.MAX_SAFE_INTEGER)
    ? []
    : [{ pointer: '#/lines', detail: 'must have a total of at least 1 minor unit and below 2^53' }];
}
