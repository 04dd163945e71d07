import { Command, CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import type { CommandContext } from '#mechanisms/service/index';
import { OrderEventStore } from './order.event-store.ts';
import type { OrderReceipt } from './order.receipt.ts';

export class ShipOrder extends Command<OrderReceipt> {
  readonly orderId: string;
  readonly shipment: { readonly carrier: string; readonly trackingNumber: string };
  readonly context: CommandContext;

  constructor(orderId: string, shipment: ShipOrder['shipment'], context: CommandContext) {
    super();
    this.orderId = orderId;
    this.shipment = shipment;
    this.context = context;
  }
}

@CommandHandler(ShipOrder)
export class ShipOrderHandler implements ICommandHandler<ShipOrder> {
  private readonly orders: OrderEventStore;

  constructor(orders: OrderEventStore) {
    this.orders = orders;
  }

  async execute({ orderId, shipment, context }: ShipOrder): Promise<OrderReceipt> {
    const { carrier, trackingNumber } = shipment;
    const command = { type: 'ShipOrder' as const, carrier, trackingNumber };
    return { ...(await this.orders.execute({ entityId: orderId, command, ...context })), status: 'shipped' };
  }
}
