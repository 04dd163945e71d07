import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { CommandContext } from '#mechanisms/service/index';
import { OrderEventStore } from './order.event-store.ts';
import type { OrderReceipt } from './order.receipt.ts';

export class DeliverOrder extends Command<OrderReceipt> {
  readonly orderId: string;
  readonly context: CommandContext;

  constructor(orderId: string, context: CommandContext) {
    super();
    this.orderId = orderId;
    this.context = context;
  }
}

@CommandHandler(DeliverOrder)
export class DeliverOrderHandler implements ICommandHandler<DeliverOrder> {
  private readonly orders: OrderEventStore;

  constructor(orders: OrderEventStore) {
    this.orders = orders;
  }

  async execute({ orderId, context }: DeliverOrder): Promise<OrderReceipt> {
    const command = { type: 'DeliverOrder' as const };
    return { ...(await this.orders.execute({ entityId: orderId, command, ...context })), status: 'delivered' };
  }
}
