import type { Reaction } from '#mechanisms/reactions/index';
import type { CustomerCommand } from '../aggregate/customer.commands.ts';
import { orderCancelledReleasesCredit } from './order-cancelled.release-credit.reaction.ts';
import { orderPaidReleasesCredit } from './order-paid.release-credit.reaction.ts';
import { orderPlacedReservesCredit } from './order-placed.reserve-credit.reaction.ts';
import { orderRejectedReleasesCredit } from './order-rejected.release-credit.reaction.ts';

/** An order's facts come from one partition, in their order: a reservation is never asked for after its release. */
export const customerReactions: readonly Reaction<CustomerCommand>[] = [
  orderPlacedReservesCredit,
  orderRejectedReleasesCredit,
  orderCancelledReleasesCredit,
  orderPaidReleasesCredit,
];
