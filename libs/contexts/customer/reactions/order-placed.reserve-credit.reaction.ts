import { order } from '#contexts/order/index';
import { reaction } from '#mechanisms/reactions/index';
import type { Reaction } from '#mechanisms/reactions/index';
import type { CustomerCommand } from '../aggregate/customer.commands.ts';

export const orderPlacedReservesCredit: Reaction<CustomerCommand> = reaction(order, 'OrderPlaced', ({ event }) => {
  const { customerId, orderId, total } = event;
  return [{ entityId: customerId, command: { type: 'ReserveCredit', customerId, orderId, amount: total } }];
});
