import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { CommandContext } from '#mechanisms/service/index';
import { OrderEventStore } from './order.event-store.ts';
import type { OrderReceipt } from './order.receipt.ts';

export class CancelOrder extends Command<OrderReceipt> {
  readonly orderId: string;
  /** The canceller's own words. */
  readonly reasonText: string;
  readonly context: CommandContext;

  constructor(orderId: string, reasonText: string, context: CommandContext) {
    super();
    this.orderId = orderId;
    this.reasonText = reasonText;
    this.context = context;
  }
}

@CommandHandler(CancelOrder)
export class CancelOrderHandler implements ICommandHandler<CancelOrder> {
  private readonly orders: OrderEventStore;

  constructor(orders: OrderEventStore) {
    this.orders = orders;
  }

  async execute({ orderId, reasonText, context }: CancelOrder): Promise<OrderReceipt> {
    const command = { type: 'CancelOrder' as const, reasonText };
    return { ...(await this.orders.execute({ entityId: orderId, command, ...context })), status: 'cancelled' };
  }
}
