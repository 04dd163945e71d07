import * as customer from '../../libs/contexts/customer/examples/customer.examples.ts';
import * as order from '../../libs/contexts/order/examples/order.examples.ts';
import * as payment from '../../libs/contexts/payment/examples/payment.examples.ts';

/** The contexts' first example of every event, by its short name; examples that are functions are left out. */
export function exampleEvents(): Map<string, object> {
  const found = new Map<string, object>();
  const collect = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(collect);
    else if (isEvent(value) && !found.has(value.type)) found.set(value.type, value);
  };
  for (const module of [customer, order, payment]) Object.values(module).forEach(collect);
  return found;
}

const isEvent = (value: unknown): value is { type: string } =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
