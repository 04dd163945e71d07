import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { CommandContext } from '#mechanisms/service/index';
import type { OrderLine } from '../events/order.events.ts';
import { OrderDeadlines } from './order.deadlines.ts';
import { OrderEventStore } from './order.event-store.ts';
import type { OrderReceipt } from './order.receipt.ts';

export interface OrderPlacement {
  readonly orderId: string;
  readonly customerId: string;
  readonly lines: readonly OrderLine[];
  readonly paymentToken: string;
}

export class PlaceOrder extends Command<OrderReceipt> {
  readonly placement: OrderPlacement;
  readonly context: CommandContext;
  /** How long to wait for validation before answering; undefined: not at all. */
  readonly waitMs: number | undefined;

  constructor(placement: OrderPlacement, context: CommandContext, waitMs?: number) {
    super();
    this.placement = placement;
    this.context = context;
    this.waitMs = waitMs;
  }
}

@CommandHandler(PlaceOrder)
export class PlaceOrderHandler implements ICommandHandler<PlaceOrder> {
  private readonly orders: OrderEventStore;
  private readonly deadlines: OrderDeadlines;

  constructor(orders: OrderEventStore, deadlines: OrderDeadlines) {
    this.orders = orders;
    this.deadlines = deadlines;
  }

  async execute({ placement, context, waitMs }: PlaceOrder): Promise<OrderReceipt> {
    const { orderId } = placement;
    const validateBy = Date.now() + this.deadlines.validationMs;
    const command = { type: 'PlaceOrder' as const, ...placement, validateBy };
    const receipt = await this.orders.execute({ entityId: orderId, command, ...context });
    if (!waitMs) return { ...receipt, status: 'placed' };
    const seen = await this.orders.waitBeyond(orderId, receipt.version, waitMs);
    if (!seen || seen.state.status === 'unplaced') return { ...receipt, status: 'placed' };
    const { version, position, state } = seen;
    return {
      entityId: orderId,
      version,
      position,
      status: state.status,
      ...('reason' in state && { reason: state.reason }),
    };
  }
}
