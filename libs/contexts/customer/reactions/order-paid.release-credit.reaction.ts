import { order } from '#contexts/order/index';
import { reaction } from '#mechanisms/reactions/index';
import type { Reaction } from '#mechanisms/reactions/index';
import type { CustomerCommand } from '../aggregate/customer.commands.ts';

export const orderPaidReleasesCredit: Reaction<CustomerCommand> = reaction(order, 'OrderPaid', ({ event }) => [
  { entityId: event.customerId, command: { type: 'ReleaseCredit', orderId: event.orderId } },
]);
