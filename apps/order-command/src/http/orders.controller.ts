import { Controller, HttpCode, Post, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CancelOrder } from '#contexts/order/commands/cancel-order.command';
import { DeliverOrder } from '#contexts/order/commands/deliver-order.command';
import type { OrderReceipt } from '#contexts/order/commands/order.receipt';
import { PlaceOrder } from '#contexts/order/commands/place-order.command';
import { ShipOrder } from '#contexts/order/commands/ship-order.command';
import { acceptedHeaders, ApiCommand, Command, IdParam } from '#mechanisms/service/index';
import type { CommandInput } from '#mechanisms/service/index';
import { CancelOrderRequest, DeliverOrderRequest, ShipOrderRequest } from './change-order.requests.ts';
import { OrderAccepted } from './order.response.ts';
import { PlaceOrderRequest } from './place-order.request.ts';
import { placementOf } from './placement.ts';

@ApiTags('orders')
@Controller('orders')
export class OrdersController {
  private readonly commands: CommandBus;

  constructor(commands: CommandBus) {
    this.commands = commands;
  }

  @Post()
  @ApiCommand({ summary: 'Place an order', body: PlaceOrderRequest, accepted: OrderAccepted, status: 201 })
  async place(
    @Command({ body: PlaceOrderRequest }) { body, context, newEntityId, waitMs }: CommandInput<PlaceOrderRequest>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrderAccepted> {
    const receipt = await this.commands.execute(new PlaceOrder(placementOf(newEntityId, body), context, waitMs));
    void reply.header('location', `/orders/${receipt.entityId}`);
    if (waitMs !== undefined && receipt.status === 'placed') void reply.status(202);
    return accepted(receipt, reply);
  }

  @Post(':id/ship')
  @HttpCode(200)
  @ApiCommand({ summary: 'Ship a paid order', params: IdParam, body: ShipOrderRequest, accepted: OrderAccepted })
  async ship(
    @Command({ params: IdParam, body: ShipOrderRequest })
    { params, body, context }: CommandInput<ShipOrderRequest, IdParam>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrderAccepted> {
    return accepted(await this.commands.execute(new ShipOrder(params.id, body, context)), reply);
  }

  @Post(':id/deliver')
  @HttpCode(200)
  @ApiCommand({ summary: 'Record delivery', params: IdParam, body: DeliverOrderRequest, accepted: OrderAccepted })
  async deliver(
    @Command({ params: IdParam, body: DeliverOrderRequest })
    { params, context }: CommandInput<DeliverOrderRequest, IdParam>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrderAccepted> {
    return accepted(await this.commands.execute(new DeliverOrder(params.id, context)), reply);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiCommand({ summary: 'Cancel before shipment', params: IdParam, body: CancelOrderRequest, accepted: OrderAccepted })
  async cancel(
    @Command({ params: IdParam, body: CancelOrderRequest })
    { params, body, context }: CommandInput<CancelOrderRequest, IdParam>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrderAccepted> {
    return accepted(await this.commands.execute(new CancelOrder(params.id, body.reason, context)), reply);
  }
}

function accepted(receipt: OrderReceipt, reply: FastifyReply): OrderAccepted {
  acceptedHeaders(reply, receipt);
  const { entityId, version, status, reason } = receipt;
  return { orderId: entityId, version, status, ...(reason !== undefined && { reason }) };
}
